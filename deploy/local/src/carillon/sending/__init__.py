"""What another team's producer does: make an event, publish it, know its id."""

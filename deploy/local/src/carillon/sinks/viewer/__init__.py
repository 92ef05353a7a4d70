"""What arrived, for a person in a browser and for a program in JSON."""

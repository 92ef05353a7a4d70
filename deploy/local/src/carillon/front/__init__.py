"""One origin in front of the services of the local stack."""

"""Cases: what is left to a person."""

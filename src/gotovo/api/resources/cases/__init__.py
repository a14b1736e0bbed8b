"""Cases as a resource: what is left to a person, who is on it, and what is decided."""

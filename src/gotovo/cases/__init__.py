"""Cases: what no rule can decide, and a person has to."""

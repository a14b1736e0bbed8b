"""Retention: how long everything that holds a person is stored, and what the job does then."""

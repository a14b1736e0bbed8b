"""Bulk fill: a database with any number of orders, expanded from a few simulated ones."""

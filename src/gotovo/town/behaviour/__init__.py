"""The behaviour of the town: what happens next to each order, and when."""

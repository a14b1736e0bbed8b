"""What cases are called."""

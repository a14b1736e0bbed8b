"""What operators see of a running program."""

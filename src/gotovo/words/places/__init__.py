"""What is said of pick-up points: when they are closed."""

"""What happens next to each order of the town, and when."""

"""What the desk of a pick-up point says."""

"""What stands beside an order: help threads, imports, personal data, stage durations."""

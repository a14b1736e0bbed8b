"""What is kept in memory for the next request: events, orders and whole responses."""

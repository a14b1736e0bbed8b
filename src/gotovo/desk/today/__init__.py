"""What a point has before it today, and the days on which it does not open."""

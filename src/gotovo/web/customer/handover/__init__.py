"""What belongs to the hand-over: the code, the trusted person, the rating."""

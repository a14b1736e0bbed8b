"""Pages around the hand-over: the code, the trusted person and the rating."""

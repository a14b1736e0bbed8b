"""What each audience reads: one file of statements and one of shapes an audience."""

"""The security log, and what it keeps of the rows that decide who may do what."""

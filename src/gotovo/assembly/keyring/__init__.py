"""The secret and its database: compared at every start, and rotated while the program runs."""

"""What proves a member of staff: passwords with one-time codes, and passkeys."""

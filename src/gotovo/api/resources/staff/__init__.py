"""Staff as a resource: people, what they may act as, and who is signed in."""

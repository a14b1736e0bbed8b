"""Staff: people, their grants, how they sign in, and their sessions."""

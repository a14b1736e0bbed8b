"""Authentication of programs: API keys."""

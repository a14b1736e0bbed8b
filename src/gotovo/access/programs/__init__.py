"""How programs get in: API keys."""

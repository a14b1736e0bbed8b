"""Commands that look after an installation: its schema, its health, what it stores of people."""

"""Table modules by subject: each is a Python file with its SQL file."""

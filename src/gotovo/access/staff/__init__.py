"""Authentication of staff: people with names, their roles, shifts and second persons."""

"""The other tables, grouped by subject: each a pair of a Python file and its SQL."""

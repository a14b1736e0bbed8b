"""Connections to PostgreSQL: pool, statements, migrations and errors."""

"""Backup and restore: a consistent copy of the database as one checksummed file."""

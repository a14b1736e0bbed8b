"""Persistence in PostgreSQL: the only package with SQL."""

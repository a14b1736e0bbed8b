"""Redirection to another point, to a courier, or to another address."""

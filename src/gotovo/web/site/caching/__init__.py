"""Caching of pages: for the session that they were made for, and for a minute."""

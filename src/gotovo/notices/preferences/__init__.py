"""Preferences of buyers: what they are told, through which channels, and how that is ended."""

"""Checks of what lies on the shelves of points."""

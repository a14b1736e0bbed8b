"""Data exchange with other systems."""

"""Payments, put together from the settings."""

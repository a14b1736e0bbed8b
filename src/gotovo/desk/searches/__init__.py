"""Searches for parcels that are not where they should lie."""

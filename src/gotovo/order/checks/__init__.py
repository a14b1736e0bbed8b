"""Checks shared by several steps: the place, the code, the scanned parcels."""

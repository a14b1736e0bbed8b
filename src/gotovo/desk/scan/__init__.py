"""Scans: what a code is by its form, and what it means at a point."""

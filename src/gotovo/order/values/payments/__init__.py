"""Captured payments of an order: each of them, and what they come to."""

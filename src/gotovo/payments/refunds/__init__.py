"""Refunds: what an order gives back is asked of its providers, and their answers are told to it."""

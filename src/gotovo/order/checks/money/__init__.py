"""Checks of money: what an order is charged, and which of its refunds is meant."""

"""Receipts of an order, as its page shows them."""

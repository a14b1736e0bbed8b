"""Fiscal receipts as a resource: those of an order, and what the receipts of a shop say."""

"""Fiscal receipts (54-FZ): what is told to a cash register, when, and what became of it."""

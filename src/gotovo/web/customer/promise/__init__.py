"""The promise: when an order is expected, and what was promised."""

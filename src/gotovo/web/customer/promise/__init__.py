"""When an order is expected, and what was promised."""

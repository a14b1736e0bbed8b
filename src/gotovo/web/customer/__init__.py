"""The buyer's account: find an order, read it, and do what can be done now."""

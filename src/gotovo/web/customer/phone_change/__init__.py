"""Phone change: a buyer moves with the account and all its orders to another phone."""

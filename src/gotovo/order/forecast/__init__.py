"""How long stages take: what was seen, kept small, and what it says of an order under way."""

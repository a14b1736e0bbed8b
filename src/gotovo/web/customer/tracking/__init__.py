"""The link by which somebody else follows an order."""

"""The tracking link, with which somebody else follows an order."""

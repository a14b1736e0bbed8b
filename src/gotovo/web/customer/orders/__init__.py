"""The list of a buyer's orders."""

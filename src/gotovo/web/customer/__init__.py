"""The buyer's account: the pages for finding, reading and changing an order."""

"""Inventories: the shelves of a point are counted, and what differs is followed up."""

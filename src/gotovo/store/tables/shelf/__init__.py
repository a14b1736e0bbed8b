"""Tables of what is looked for and counted on the shelves of points."""

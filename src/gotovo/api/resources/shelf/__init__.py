"""The shelves of a point as resources: cells, moves, searches, inventories."""

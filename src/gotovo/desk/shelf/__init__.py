"""The shelves of a point: how parcels moved on them, moves of whole cells, and write-offs."""

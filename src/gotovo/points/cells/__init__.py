"""Cells of a point: the plan of its shelves, and which cell is proposed for a parcel."""

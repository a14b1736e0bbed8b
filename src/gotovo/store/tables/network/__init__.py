"""Tables of points, warehouses and stock."""

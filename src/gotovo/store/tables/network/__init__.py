"""Points, warehouses and the stock in them."""

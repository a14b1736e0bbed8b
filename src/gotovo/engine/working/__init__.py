"""What changes while a batch is decided: stock, the load of points, the texts of orders."""

"""Orders from other systems: what they told us, replayed as the lives of orders."""

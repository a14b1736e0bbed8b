"""Return claims: what a buyer sends back, and its photos."""

"""Privacy: a buyer's stored data, its access log and its erasure."""

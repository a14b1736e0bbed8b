"""Another point, the courier, or another door."""

"""The simulator: a small town of buyers, points and staff, generated from a seed."""

"""Acceptance: what came to a point is scanned in, shelved, and told to the sender."""

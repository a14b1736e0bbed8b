"""The demo's staff, ready-made: one click to be one of them."""

"""Gotovo takes a marketplace's order from placed to handed over."""

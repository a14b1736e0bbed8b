"""Gotovo carries a marketplace order from placed to handed over."""

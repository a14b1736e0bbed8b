"""Reconciliation: our books against the provider's, and each difference by name."""

"""Webhooks: events of a shop, signed and sent to an address of its own (Standard Webhooks 1.0)."""

"""Delivery channels: one port and its implementations."""

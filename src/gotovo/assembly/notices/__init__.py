"""Channels of messages, as the settings choose them."""

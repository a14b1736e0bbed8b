"""Tables of webhooks: their settings, how far they have come, and what became of each message."""

"""Receiving: updates come in by long polling or by the webhook, and wait in an inbox."""

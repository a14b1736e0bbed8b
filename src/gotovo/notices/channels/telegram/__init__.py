"""Telegram: one bot at Telegram's servers, and the channel of messages through it."""

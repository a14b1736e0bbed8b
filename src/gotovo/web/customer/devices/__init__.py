"""Devices of a buyer: sessions, passkeys and push subscriptions."""

"""Telegram: a buyer links a chat with the bot to the account, and unlinks it."""

"""The Telegram bot: what a buyer reads and does in a chat, and how updates come in."""

"""Tables of the Telegram bot: whose chat is whose, what came in, and what shows which order."""

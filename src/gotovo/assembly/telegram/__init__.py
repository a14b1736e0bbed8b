"""The Telegram bot of the settings: its client, its jobs and its webhook."""

"""Messages that were sent, help, and live updates."""

"""Contact with the buyer: sent messages, help and live updates."""

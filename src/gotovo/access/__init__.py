"""Who asks: one-time codes, sessions and limits."""

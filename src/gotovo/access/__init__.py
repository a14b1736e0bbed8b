"""Who asks: codes, passkeys, sessions, keys and links; how often, and at what they looked."""

"""Who may come in: keys, passkeys, sessions, links, and the log of who looked."""

"""Tables of authentication: API keys, passkeys, sessions, links and the access log."""

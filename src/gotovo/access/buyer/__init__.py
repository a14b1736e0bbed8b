"""Authentication of buyers: sign-in codes, passkeys, sessions, devices and tracking links."""

"""How a buyer gets in: sign-in codes, passkeys, sessions, devices and tracking links."""

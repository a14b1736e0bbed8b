"""The own account of a member of staff: passkeys, password, sessions."""

"""Sign-in with a code or a passkey."""

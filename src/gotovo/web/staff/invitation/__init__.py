"""Invitations: somebody new chooses how to sign in."""

"""Pages of staff: signing in, invitations, and the own account."""

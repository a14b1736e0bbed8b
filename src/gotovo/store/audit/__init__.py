"""The audit: stored orders are compared with the replay of their events."""

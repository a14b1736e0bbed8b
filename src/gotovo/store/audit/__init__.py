"""The audit: stored orders compared with what their events make of them."""

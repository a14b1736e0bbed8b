"""Supervision: worker processes that are replaced when they end, hang or have to be reloaded."""

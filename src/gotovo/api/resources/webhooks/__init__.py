"""Webhooks of shops as resources, and what became of their messages."""

"""Webhooks on the command line: how they are opened, shown and listened to."""

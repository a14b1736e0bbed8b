"""Notifications: which events become messages, with which text, through which channel."""

"""Attachments: photos and files that people add, checked, re-encoded and stored in one place."""

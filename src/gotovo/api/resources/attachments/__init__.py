"""Attachments as a resource: photos and files are added, listed, shown and removed."""

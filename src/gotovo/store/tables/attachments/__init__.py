"""Attachments: photos and files, what each is about, and their bytes."""

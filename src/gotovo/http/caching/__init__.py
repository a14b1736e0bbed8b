"""Caches of responses and pages, validated against the journal."""

"""Rows of the lifecycle table that are a subject of their own."""

"""Imports: what is wrong with a file or a row, and the report."""

"""Imports: orders of another system, replayed as the steps they went through."""

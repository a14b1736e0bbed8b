"""Dependency assembly: the only package that constructs and connects all the others."""

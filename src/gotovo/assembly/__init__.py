"""Dependency assembly: the only package that constructs all parts and connects them."""

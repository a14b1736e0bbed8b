"""The first hour of an installation: what it needs, what stands, and how the rest is made."""

"""The embedded PostgreSQL: its binaries, its cluster and its process."""

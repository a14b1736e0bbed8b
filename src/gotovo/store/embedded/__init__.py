"""The PostgreSQL that comes with the program: its binaries, its cluster, its process."""

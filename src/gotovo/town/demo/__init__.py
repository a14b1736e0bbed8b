"""The demo town, which runs in real time."""

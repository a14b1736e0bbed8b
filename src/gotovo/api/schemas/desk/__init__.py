"""The schemas of the desk of a pick-up point."""

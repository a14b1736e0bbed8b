"""The desk of a pick-up point as resources."""

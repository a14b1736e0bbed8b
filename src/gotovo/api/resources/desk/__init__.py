"""The desk of a pick-up point as resources: what comes is accepted and put on shelves."""

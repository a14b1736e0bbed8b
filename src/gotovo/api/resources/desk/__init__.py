"""The desk of a pick-up point as resources: what comes, lies there, and is handed over."""

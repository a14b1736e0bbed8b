"""The desk of a pick-up point, as its people see it; the rest of it is in `frontend/`."""

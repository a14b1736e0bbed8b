"""The desk of a pick-up point: what its people do beyond single steps of an order."""

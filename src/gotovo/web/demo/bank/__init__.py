"""The page of the demo's bank, where a visitor decides what becomes of a payment."""

"""Payments: money from buyers through providers, refunds back to them, and proof that all adds up.

`providers` know no order; what is decided about orders is in `order`, and done by the engine.
"""

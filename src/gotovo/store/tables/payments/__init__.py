"""Payments: attempts, what providers notified of, refunds on their way, and the demo's bank."""

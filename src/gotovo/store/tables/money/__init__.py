"""Money: attempts to pay, what providers notified of, refunds on their way, and receipts."""

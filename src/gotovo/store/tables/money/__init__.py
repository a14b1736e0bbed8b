"""Money: the ledger, days that were reconciled, and receipts."""

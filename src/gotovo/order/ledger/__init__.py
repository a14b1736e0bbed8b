"""The ledger: what each event did to the money of its order."""

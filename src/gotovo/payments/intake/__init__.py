"""Intake of payments: what a provider captured becomes a fact of its order, or a case."""

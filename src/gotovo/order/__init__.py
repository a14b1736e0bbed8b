"""The order aggregate, pure (no I/O, clock or random values): lifecycle, decisions, replay."""

"""Free text that people type about an order: its digest in the history, its words beside it."""

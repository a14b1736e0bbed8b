"""One order, whole."""

"""Tables beside the order: help threads, imports, personal data and stage durations."""

"""One file a step of the life: its commands, its events, its guard and its effect."""

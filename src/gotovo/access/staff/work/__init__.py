"""Work at a point: its devices, the shifts of its people, and what the settings say of both."""

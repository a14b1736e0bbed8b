"""How pages look: tokens first, then one file a component."""

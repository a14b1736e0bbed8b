"""The design system: tokens first, then one file per component."""

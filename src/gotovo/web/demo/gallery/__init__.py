"""The component gallery: every component in every state on one page."""

"""How orders are paid through the installation's own providers."""

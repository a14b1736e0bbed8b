"""What the groups over HTTP have in common: lifecycles, loads of orders, reads."""

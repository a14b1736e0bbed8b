"""The journal, for one node and for a cluster: events, orders and stock in one commit."""

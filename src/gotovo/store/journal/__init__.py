"""The journal on one node and on a cluster: events, orders and stock in one commit."""

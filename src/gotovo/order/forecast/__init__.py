"""The duration model: how long stages take, and when an order is expected."""

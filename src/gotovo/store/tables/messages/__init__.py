"""Tables of sent messages and push subscriptions."""

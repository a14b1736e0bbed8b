"""Messages that were sent, and the browsers that want them."""

"""Payment of an order: to the page of the bank, and back."""

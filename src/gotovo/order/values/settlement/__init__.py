"""What an order costs, what was paid for each of its units, and where its money is."""

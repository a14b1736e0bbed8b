"""What a buyer can do with an order: one file a step."""

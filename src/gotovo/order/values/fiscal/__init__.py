"""What a cash register is told: rates of VAT, subjects, methods and the terms of a shop (54-FZ)."""

"""The values an order is made of: money, numbers, codes, the promise, and the order itself."""

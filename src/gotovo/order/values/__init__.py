"""Value objects of an order: money, numbers, codes, the promise, and the order itself."""

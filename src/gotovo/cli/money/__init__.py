"""Commands about money: what differs from a provider's books, and what each day brought."""

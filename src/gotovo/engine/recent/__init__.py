"""What a process remembers between batches: the orders it committed last, and plentiful stock."""

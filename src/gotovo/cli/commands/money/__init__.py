"""Commands about money: fiscal receipts."""

"""What the buyer's account shows of an order: codes, progress, the promise, the rating."""

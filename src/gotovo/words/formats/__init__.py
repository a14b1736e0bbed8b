"""How dates, durations, sums, addresses and phones are written."""

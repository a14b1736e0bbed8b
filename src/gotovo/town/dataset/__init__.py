"""Who and what is in the town: places, goods, people and staff."""

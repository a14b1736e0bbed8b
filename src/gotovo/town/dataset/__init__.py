"""The dataset of the town: places, goods, people and staff."""

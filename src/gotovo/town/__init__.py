"""A small town that lives by a seed: people, goods, points, and what each does next."""

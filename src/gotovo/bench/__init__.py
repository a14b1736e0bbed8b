"""Benchmarks (`gotovo bench`): measures in groups, interleaved and shown as ratios."""

"""What `gotovo bench` measures, and how: groups of measures, run in turns, and shown as ratios."""

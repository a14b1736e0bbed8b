"""Return boxes: what leaves a point, in which box, and who took it."""

"""Return boxes as resources: what must leave a point, in which box, with which driver."""

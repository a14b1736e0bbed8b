"""The desk of a point, as the settings of the point have it."""

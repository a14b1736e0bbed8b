"""Today at a point as a resource, and its closures."""

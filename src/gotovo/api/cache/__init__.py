"""In-memory caches of the API: recent events, serialized orders and whole responses."""

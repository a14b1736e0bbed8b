"""Page scripts: progressive enhancement of pages that work without them."""

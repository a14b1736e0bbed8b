"""The shapes that programs send and get."""

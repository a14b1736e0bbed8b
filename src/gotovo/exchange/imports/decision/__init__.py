"""What becomes of a row, compared with what is known of its order."""

"""Values of the hand-over: what proved who came, and the goods that were left at the desk."""

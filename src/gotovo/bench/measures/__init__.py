"""What is measured: one file a group of measures."""

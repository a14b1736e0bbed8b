"""What is shown in the end: ratios, a table and a picture."""

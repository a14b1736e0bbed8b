"""What is kept about a buyer, who looked at it, and how it is erased."""

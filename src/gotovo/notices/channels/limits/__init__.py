"""What holds for a channel whoever it reaches: its pace, its cost, and whether it works."""

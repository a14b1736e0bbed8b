"""What a buyer brings back."""

"""What Gotovo says to people, in Russian and in English."""

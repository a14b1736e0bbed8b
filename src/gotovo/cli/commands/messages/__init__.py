"""Commands about messages that leave the program."""

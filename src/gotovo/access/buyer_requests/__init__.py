"""What buyers ask for, on pages and in the bot alike: commands, questions, links of chats."""

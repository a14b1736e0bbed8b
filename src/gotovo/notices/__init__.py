"""From the journal to messages: what is worth telling, in which words, through which channel."""

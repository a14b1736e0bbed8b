"""The conversation: what a chat shows, what its buttons do, and how a chat is linked."""

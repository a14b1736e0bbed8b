"""Staff on the command line: whom an argument names, and how people are shown."""

"""How requests share a process: the limits of API keys, and long bodies in slices."""

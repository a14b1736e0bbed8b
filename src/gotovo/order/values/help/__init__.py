"""Values of help: its channels, the clock of its answers, and the hours it counts."""

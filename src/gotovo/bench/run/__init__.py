"""How measures are run: in rounds, so that the machine's drift meets all alike."""

"""The runner: measures are interleaved in rounds, which spreads the machine's drift evenly."""

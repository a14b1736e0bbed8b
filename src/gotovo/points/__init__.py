"""Where orders go and when it is open: pure, without input, output, clock or chance."""

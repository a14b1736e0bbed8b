"""An order and its life: pure, without input, output, clock or chance."""

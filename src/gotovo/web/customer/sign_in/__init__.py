"""How a buyer gets in, on which devices, and what is kept about them."""

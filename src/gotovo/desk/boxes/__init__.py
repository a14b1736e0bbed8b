"""Return boxes at a desk: parcels are put in, the box is sealed, a driver takes it."""

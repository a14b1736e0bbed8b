"""What several steps check before they decide: the place, the code, the scanned parcels."""

"""Returns from home at a desk: found, compared with the claim, taken back or not."""

"""The schemas of a pick-up point's desk."""

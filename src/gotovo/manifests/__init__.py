"""Manifests, pure: what carries parcels from a warehouse to a point and back."""

"""Manifests as resources: what a van should bring, its steps, and what came of it."""

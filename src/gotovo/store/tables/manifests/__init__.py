"""Tables of manifests and of acceptances at points."""

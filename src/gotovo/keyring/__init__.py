"""The installation's secrets: versions of one root key, and the key of each purpose."""

"""The ways a message can leave: one port, and what stands behind it."""

"""The town that lives in real time in the demo."""

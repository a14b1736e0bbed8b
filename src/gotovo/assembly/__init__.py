"""The one place that knows everyone: it opens all parts and hands each what it needs."""

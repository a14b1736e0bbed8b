"""The measures, one file per group."""

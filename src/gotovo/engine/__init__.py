"""The command engine: queue, batches, commit, and the readers of the journal."""

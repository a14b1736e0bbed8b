"""From a command to its outcome: batches, timers and followers."""

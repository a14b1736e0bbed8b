"""Background work: periodic jobs, timers and followers of the journal."""

"""Background work: periodic jobs, timers, followers of the journal and housekeeping."""

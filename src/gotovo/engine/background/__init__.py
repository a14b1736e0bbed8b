"""What runs beside the commands: periodic jobs, timers, followers of the journal, housekeeping."""

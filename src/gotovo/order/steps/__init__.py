"""The steps of the lifecycle, one file each: commands, events, guards and effects."""

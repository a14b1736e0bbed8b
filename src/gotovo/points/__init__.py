"""Points, warehouses and their timetables, pure: no I/O, clock or random values."""

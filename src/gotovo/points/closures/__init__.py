"""When a point is closed beside its timetable, or could not work: entered at its desk, by day."""

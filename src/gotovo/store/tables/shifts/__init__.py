"""Work at a point: devices, shifts, and the approvals of a second person."""

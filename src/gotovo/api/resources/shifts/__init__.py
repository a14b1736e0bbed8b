"""Work at a point as resources: devices, shifts with their reports, and approvals."""

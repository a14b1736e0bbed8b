"""The simulation: many days on a virtual clock, with faults, audited at the end."""

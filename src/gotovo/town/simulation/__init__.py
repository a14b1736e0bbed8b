"""The town on a virtual clock: many days in seconds, with faults, audited at the end."""

"""Words about shifts, devices, proofs and approvals."""

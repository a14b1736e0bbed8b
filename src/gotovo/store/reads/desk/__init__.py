"""Reads of the desk: what a scan is about, who is being served, what a shift did."""

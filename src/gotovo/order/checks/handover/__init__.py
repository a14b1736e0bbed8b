"""Checks of the hand-over: whose order it is, why without a code, what may be left behind."""

"""The demo phone: what a buyer would hold in the hand."""

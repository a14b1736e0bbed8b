"""Routes: how a letter to a buyer goes through each channel, and whether it can."""

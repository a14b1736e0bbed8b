"""What the server and its role are: versions, clocks, backups, and rights."""

"""The WAL archive: base backups and log of the embedded server, for any instant."""

"""What can go wrong with the database, as sentences for the person who has to mend it.

StoreError
├── ArchiveError      the archive of the embedded server can't be followed or restored from
├── BackupError       a backup can't be made, read or restored
├── EmbeddedError     our own PostgreSQL can't be started, reached or stopped
├── ForeignSecret     the secret is lost, or another than this database was written with
├── SchemaError       the schema and the program do not fit each other
├── StatementError    a .sql file is not written as it should be
└── UnsafeServer      the server may lose what it has confirmed
"""


class StoreError(Exception):
    """The database can't be used; the message says why and what to do."""


class ArchiveError(StoreError):
    """The archive of the embedded server can't be followed or restored from."""


class BackupError(StoreError):
    """A backup can't be made, read or restored."""


class EmbeddedError(StoreError):
    """Our own PostgreSQL can't be started, reached or stopped."""


class ForeignSecret(StoreError):
    """The secret is lost, or another than this database was written with."""


class SchemaError(StoreError):
    """The schema and the program do not fit each other."""


class StatementError(StoreError):
    """A .sql file is not written as it should be."""


class UnsafeServer(StoreError):
    """The server may lose what it has confirmed, because a safety of it is switched off."""

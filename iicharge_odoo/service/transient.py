# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Distinguish trouble of the database or the machine, which passes, from faults of the work."""

import errno

import psycopg2
from psycopg2.pool import PoolError

# The database is not as this code expects: an update is due or under way.
_SCHEMA_ERRORS = (psycopg2.errors.UndefinedColumn, psycopg2.errors.UndefinedTable)
_MACHINE_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE)
# The server has ended the connection, or takes none now.
_CONNECTION_ERRORS = (
    psycopg2.errors.AdminShutdown,
    psycopg2.errors.CannotConnectNow,
    psycopg2.errors.ConnectionException,
    psycopg2.errors.ConnectionFailure,
    psycopg2.errors.CrashShutdown,
    psycopg2.InterfaceError,
    PoolError,
)
# The work asks too much of the database, for example a value that is too long for an index.
_LIMIT_ERRORS = (
    psycopg2.errors.ProgramLimitExceeded,
    psycopg2.errors.StatementTooComplex,
    psycopg2.errors.TooManyArguments,
    psycopg2.errors.TooManyColumns,
)


def is_transient(error):
    """Return whether the same work may succeed later unchanged: a lock, a conflict, a deadlock,
    a full disk, a lost connection, an update under way.

    An error that was raised while handling such an error is transient too.
    """
    seen = set()
    while error is not None and id(error) not in seen:
        if _is_transient_itself(error):
            return True
        seen.add(id(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return False


def _is_transient_itself(error):
    if isinstance(error, psycopg2.OperationalError):
        return not isinstance(error, _LIMIT_ERRORS)
    if isinstance(error, OSError):
        return error.errno in _MACHINE_ERRORS
    return isinstance(error, (psycopg2.InterfaceError, PoolError, *_SCHEMA_ERRORS, MemoryError))


def is_connection_lost(error):
    """Return whether the database cannot be used at all now, by any work."""
    # one without a code of the server is of the connection, such as one that was refused
    return isinstance(error, _CONNECTION_ERRORS) or type(error) is psycopg2.OperationalError

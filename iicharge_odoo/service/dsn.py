# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from psycopg2.extensions import make_dsn

from odoo.sql_db import connection_info_for


def get_dsn(dbname):
    """Return the DSN of the database outside Odoo's pool, for LISTEN, locks and the journal."""
    _name, info = connection_info_for(dbname)
    return make_dsn(**info)

# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo.tests import TransactionCase, tagged

# Users are archived, and currencies stay: a record of these is hardly ever deleted, and an index
# on columns with one value for all rows would cost each write.
NOT_DELETED = ("create_uid", "write_uid", "currency_id", "billed_currency_id")
# Foreign keys of our columns that no index begins with.
MISSING = """
    SELECT child.relname || '.' || attribute.attname
      FROM pg_constraint key
      JOIN pg_class child ON child.oid = key.conrelid
      JOIN pg_attribute attribute
        ON attribute.attrelid = child.oid AND attribute.attnum = key.conkey[1]
     WHERE key.contype = 'f' AND attribute.attname != ALL(%s) AND child.relname != ALL(%s)
       AND (child.relname LIKE 'iicharge%%' OR attribute.attname LIKE 'iicharge%%'
            OR attribute.attname LIKE 'x_iicharge%%')
       AND NOT EXISTS (
           SELECT 1 FROM pg_index
            WHERE indrelid = child.oid AND indkey[0] = attribute.attnum
              AND (indpred IS NULL OR pg_get_expr(indpred, indrelid)
                   = format('(%%I IS NOT NULL)', attribute.attname)))
     ORDER BY 1
"""


@tagged("post_install", "-at_install")
class TestIndexes(TransactionCase):
    def test_foreign_keys_have_an_index(self):
        """Without one, each delete of what it refers to reads the whole table."""
        # of few rows, always
        small = [model._table for model in self.env.values() if model.is_transient()]
        self.env.cr.execute(MISSING, [list(NOT_DELETED), [*small, "res_company"]])
        self.assertEqual([row[0] for row in self.env.cr.fetchall()], [])

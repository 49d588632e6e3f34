# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The OCPP server: it decodes, validates, journals and answers. It does not know Odoo.

::

    wire        TCP and websocket bytes of one charger     handshake  who may connect
    connection  order of one charger's calls and answers   v16        what each action means
    journal     one commit for many messages               commands   what Odoo wants of a charger
    server      listens, holds the connections             gateway    puts it all together
    ports       what it needs from outside                 frames, schemas: pure functions
"""

# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The OCPP server: it decodes, validates, journals and answers. It does not know Odoo.

::

    wire        TCP and websocket bytes of one charger     handshake  who may connect
    connection  order of one charger's calls and answers   handling   how a call is decided on
    journal     one commit for many messages               commands   calls that Odoo has queued
    server      listens, holds the connections             gateway    puts it all together
    ports       what it needs from outside                 frames, schemas, hiding: pure functions
    version     what a version of OCPP brings              versions   the versions spoken here
    v16         OCPP 1.6: only translation                 actions    the same in all versions
    authorization  questions to the ports about chargers and tokens
"""

# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The OCPP server: decodes, validates, journals and answers messages. Independent of Odoo.

::

wire        TCP and websocket bytes of one charger     handshake  identity, password, version
    connection  order of one charger's calls and answers   handling   base of the handlers of calls
    journal     one commit for many messages               commands   calls that Odoo has queued
    server      listens, holds the connections             gateway    assembles all parts
    ports       its interfaces to the outside              frames, schemas, hiding: pure functions
    version     interface of a version of OCPP             versions   the supported versions
    v16         OCPP 1.6: only translation                 actions    the same in all versions
    authorization  questions to the ports about chargers and tokens
"""

# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Values of Odoo's records that only charging sets: which money is for what."""

from odoo.exceptions import AccessError


def remove_server_values(env, vals, *names):
    """Drop values that only the server sets; registers and users must not send them."""
    return vals if env.su else {name: vals[name] for name in vals if name not in names}


def check_new_values(records, *names):
    """Refuse new records that users have given values that only the server sets.

    It looks at the records, not at what was sent: a call may name values in its context too, and a
    user keep them as own defaults.

    :raise AccessError: with the first field that has a value
    """
    if records.env.su:
        return
    # sudo: as in check_server_values
    created = records.sudo()
    for name in names:
        if any(record[name] for record in created):
            _refuse(records, name)


def check_server_values(records, vals, *names):
    """Refuse to change values that only the server sets, on records that are there.

    :raise AccessError: with the first field that is changed
    """
    if records.env.su:
        return
    for name in names:
        field = records._fields[name]
        # sudo: who keeps the books need not have rights on charges; this only compares
        if name in vals and any(
            field.convert_to_write(record[name], record) != vals[name] for record in records.sudo()
        ):
            _refuse(records, name)


def _refuse(records, name):
    label = records._fields[name]._description_string(records.env)
    raise AccessError(records.env._("“%(field)s” is set by charging, not by hand.", field=label))

# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""What is done once for all that happened in a transaction, as most of its cost is that of asking
and writing."""


def at_flush(env, name, item, do):
    """Keep an item until the transaction or its savepoint ends; then `do(items)` is called once.
    Where it is rolled back, nothing is called.

    :param str name: of what is done; the first `do` of a name is the one that is called
    """
    precommit = env.cr.precommit
    items = precommit.data.setdefault(name, [])
    if not items:
        precommit.add(lambda: do(precommit.data.pop(name)))
    items.append(item)

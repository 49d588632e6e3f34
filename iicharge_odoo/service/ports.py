# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The gateway's ports that need Odoo's records: authorization, and admission of chargers."""

import asyncio
import random
import time
from concurrent.futures import ThreadPoolExecutor

from odoo import SUPERUSER_ID, api, fields
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..core.conversion import to_aware
from ..core.identity import normalise_charger_id
from ..gateway.ports import TokenDecision
from .pg_store import PgDirectory

# Starts and authorizations are rare and short; more threads would only take connections
# from Odoo's pool.
MAX_WORKERS = 4
# Two starts that one bill pays for, or an order that is being written: the later one begins again.
MOST_TRIES = 5
LONGEST_PAUSE_S = 0.1


class OdooExecutor:
    """Executor of ORM work for the gateway's loop: threads of its own, a transaction each."""

    def __init__(self, get_registry):
        self._get_registry = get_registry
        self._pool = ThreadPoolExecutor(MAX_WORKERS, thread_name_prefix="iicharge-orm")

    async def run(self, work):
        """Await `work(env)`, which sees all companies and is committed afterwards."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._work, work)

    def _work(self, work):
        for _number in range(MOST_TRIES - 1):
            try:
                return self._work_once(work)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                time.sleep(random.uniform(0, LONGEST_PAUSE_S))
        return self._work_once(work)

    def _work_once(self, work):
        with self._get_registry().cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return work(env)  # the cursor flushes and commits as it closes

    def close(self):
        self._pool.shutdown(wait=False, cancel_futures=True)


class OdooAuthorizer:
    """`gateway.ports.Authorizer` on `iicharge.token`."""

    def __init__(self, executor):
        self._executor = executor

    async def decide(self, charger_id, connector_number, id_tag):
        def work(env):
            charger = env["iicharge.charger"].browse(charger_id)
            decision = env["iicharge.token"]._decide(
                charger, id_tag, fields.Datetime.now(), connector_number
            )
            return TokenDecision(
                status=decision.status,
                expires_at=to_aware(decision.valid_until) if decision.valid_until else None,
                parent_id_tag=decision.token._get_group_id() or None,
                token_id=decision.token.id or None,
            )

        return await self._executor.run(work)


class OdooDirectory(PgDirectory):
    """`gateway.ports.ChargerDirectory`: found by plain SQL, registered by the rules of Odoo."""

    def __init__(self, pool, executor):
        super().__init__(pool)
        self._executor = executor

    async def register(self, identity, secret, remote_address):
        registered = await self._executor.run(
            lambda env: bool(
                env["iicharge.charger"]._register_unknown(identity, secret, remote_address)
            )
        )
        return await self.find(normalise_charger_id(identity)) if registered else None

# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""The gateway's settings, as the environment and the settings page give them."""

import logging
import os

from ..gateway.addresses import read_networks
from ..gateway.settings import Settings

_logger = logging.getLogger(__name__)

_TRUE = ("true", "1", "yes")


def read_settings(env):
    """Return the gateway's settings: the environment, else the settings page.

    :return: `gateway.settings.Settings`, or None where the gateway is switched off
    """
    # sudo: plain addresses and numbers, read by the server itself
    get_param = env["ir.config_parameter"].sudo().get_param
    enabled = get_param("iicharge.gateway_enabled", "True")
    # the environment speaks for the hotel's own database, not for copies of it
    if not get_param("database.is_neutralized"):
        enabled = os.environ.get("IICHARGE_GATEWAY") or enabled
    if enabled.lower() not in _TRUE:
        return None
    return Settings(
        host=os.environ.get("IICHARGE_GATEWAY_HOST")
        or get_param("iicharge.gateway_host", "127.0.0.1"),
        port=int(
            os.environ.get("IICHARGE_GATEWAY_PORT") or get_param("iicharge.gateway_port", "9000")
        ),
        trusted_proxies=_read_proxies(
            os.environ.get("IICHARGE_TRUSTED_PROXIES") or get_param("iicharge.trusted_proxies", "")
        ),
    )


def _read_proxies(text):
    try:
        return read_networks(text)
    except ValueError as error:
        _logger.error("No proxy is trusted, as one is not an address or network: %s", error)
        return ()

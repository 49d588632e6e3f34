# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from . import controllers, models, report, service, wizards
from .hooks import post_init_hook, uninstall_hook

__all__ = [
    "controllers",
    "models",
    "post_init_hook",
    "report",
    "service",
    "uninstall_hook",
    "wizards",
]

# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import ormcache

MANAGER = "iicharge_odoo.group_manager"
# The languages of the texts that guests read: Odoo's code where a hotel has none of it, and the
# name by which its speakers find it.
LANGUAGES = {
    "en": ("en_US", "English"),
    "de": ("de_DE", "Deutsch"),
    "fr": ("fr_FR", "Français"),
    "es": ("es_ES", "Español"),
    "nl": ("nl_NL", "Nederlands"),
    "it": ("it_IT", "Italiano"),
}


class GuestLanguage(models.AbstractModel):
    """Languages of the guest's page: those of its texts that are active in Odoo."""

    _name = "iicharge.guest.language"
    _description = "Languages of the guest's page"

    @api.model
    def _get_offered(self):
        """Get what guests may choose from: {Odoo's code: name}, one of each language."""
        found = {}
        for code, _name in self.env["res.lang"].get_installed():
            _usual, name = LANGUAGES.get(code.partition("_")[0], (None, None))
            if name and name not in found.values():
                found[code] = name
        return found

    @api.model
    @ormcache()
    def _get_usual(self):
        """Get Odoo's code of the hotel's own language, which each page asks for."""
        return self.env["ir.default"]._get("res.partner", "lang") or "en_US"

    @api.model
    def _get_missing(self):
        """Get what could be offered and is not active in Odoo: {Odoo's code: name}."""
        offered = self._get_offered().values()
        return {code: name for code, name in LANGUAGES.values() if name not in offered}

    @api.model
    def _add_missing(self):
        """Activate the languages that are missing, with the texts of all installed modules.

        Texts that somebody has changed stay as they are. It takes as long as Odoo's own
        installation of as many languages: half a minute for five.

        :return: the action that says so, and shows the page again
        :raise AccessError: the user is no manager
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only managers add languages of the guest's page."))
        missing = self._get_missing()
        if missing:
            # sudo: languages are the administrator's in Odoo; a manager adds these six, no others
            env = self.sudo().env
            languages = env["res.lang"].with_context(active_test=False)
            found = languages.search([("code", "in", list(missing))])
            install = {"lang_ids": found.ids, "overwrite": False}
            env["base.language.install"].create(install).lang_install()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Guests read: %(languages)s", languages=self._describe(self._get_offered())
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _describe(self, languages):
        """Return names of languages as a text, in the order of `LANGUAGES`."""
        names = list(languages.values())
        return ", ".join(name for _code, name in LANGUAGES.values() if name in names)

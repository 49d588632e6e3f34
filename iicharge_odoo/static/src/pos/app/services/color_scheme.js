import { cookie } from "@web/core/browser/cookie";

// The register is served in the scheme of this cookie; our colours follow it.
if (cookie.get("pos_color_scheme") === "dark") {
    document.documentElement.classList.add("o_iicharge_dark");
}

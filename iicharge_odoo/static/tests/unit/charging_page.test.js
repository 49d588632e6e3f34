import { Component, xml } from "@odoo/owl";
import { expect, test } from "@odoo/hoot";
import { animationFrame, click, queryAll } from "@odoo/hoot-dom";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { AssetsLoadingError } from "@web/core/assets";
import { mountWithCleanup, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { ChargingPage } from "@iicharge_odoo/pos/app/screens/charging_page/charging_page";

definePosModels();

class Screen extends Component {
    static template = xml`<p class="fetched"/>`;
    static props = {};
}

test("a charging screen that cannot be fetched says so, and is fetched when asked for again", async () => {
    const { env } = await setupPosEnv();
    const answers = [Promise.reject(new AssetsLoadingError()), Promise.resolve(Screen)];
    patchWithCleanup(env.services.iicharge_charging, {
        findScreen: () => null,
        loadScreen: () => answers.shift(),
    });
    await mountWithCleanup(ChargingPage, {});
    await animationFrame();
    expect("[role=alert]").toHaveText(/no connection to the server/);
    await click("button:contains(Try again)");
    await animationFrame();
    expect(".fetched").toHaveCount(1);
    expect(queryAll("[role=alert]")).toHaveLength(0);
});

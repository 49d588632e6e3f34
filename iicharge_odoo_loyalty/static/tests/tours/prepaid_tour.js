import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as PosLoyalty from "@pos_loyalty/../tests/tours/utils/pos_loyalty_util";
import { registry } from "@web/core/registry";

// The charger's side is played by whoever starts these tours: tests/e2e/test_prepaid_card.py.
const DIALOG = ".modal:not(.o_inactive_modal)";
const PREPAID = `${DIALOG} .o_iicharge_prepaid`;

function see(content, trigger) {
    return { content, trigger };
}

function click(content, trigger) {
    return { content, trigger, run: "click" };
}

function payBy(way) {
    return [
        ...ProductScreen.clickPayButton(),
        ...PaymentScreen.clickPaymentMethod(way),
        ...PaymentScreen.clickValidate(),
        ...ReceiptScreen.clickNextOrder(),
    ];
}

function read(number) {
    return [
        click("Open the charging screen", ".o_iicharge_charging_button"),
        click("Open the panel", ".o_iicharge_charging_screen button:contains('Prepaid card')"),
        {
            content: "Hold a card to the reader",
            trigger: "#iicharge_prepaid_number",
            run: `edit ${number} && press Enter`,
        },
    ];
}

const CLOSE = click("Close", `${DIALOG} .modal-footer button:contains('Close')`);

/** Take what waits to this register's order, without paying it yet. */
function takeToOrder(amount) {
    return [
        click("Open the charging screen", ".o_iicharge_charging_button"),
        click("Open what waits", `.o_iicharge_unpaid button:contains('${amount}')`),
        click("Pay now", `${DIALOG} .o_iicharge_pay_now`),
        click("Back to the register", ".payment-screen .back-button"),
    ];
}

const tours = registry.category("web_tour.tours");

tours.add("iicharge_prepaid_sell_and_link", {
    steps: () =>
        [
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Pia Prepaid"),
            ProductScreen.addOrderline("Charging Card Top-up", "1", "20"),
            PosLoyalty.orderTotalIs("20.00"),
            payBy("Card"),
            read("04:CA:FE:01"),
            see("It is new", `${PREPAID}:contains('This number is new')`),
            click("To a customer", `${PREPAID} .o_iicharge_customer`),
            ProductScreen.clickCustomer("Pia Prepaid"),
            click("To the wallet", `${PREPAID} .o_iicharge_wallet:contains('40.00')`),
            see("What is on it", `${PREPAID} .o_iicharge_balance:contains('40.00')`),
            see("Whose it is", `${PREPAID} .o_iicharge_balance:contains('Pia Prepaid')`),
            see("It is linked", `${PREPAID}:contains('04:CA:FE:01')`),
            see("It would start", `${PREPAID}:contains('Ready to charge')`),
            CLOSE,
        ].flat(),
});

tours.add("iicharge_prepaid_running", {
    steps: () => [
        ...read("04CAFE01"),
        see("The car that charges", `${PREPAID} .o_iicharge_running:contains('Garage 1')`),
        see("What is left", `${PREPAID} .o_iicharge_balance:contains('Left when')`),
        CLOSE,
    ],
});

tours.add("iicharge_prepaid_rest", {
    steps: () =>
        [
            read("04CAFE01"),
            see("Nothing is left", `${PREPAID} .alert:contains('Top it up at the register')`),
            CLOSE,
            click("Open what waits", ".o_iicharge_unpaid button:contains('0.37')"),
            see(
                "What the card paid",
                `${DIALOG} li:contains('Paid by prepaid card'):contains('40.00')`,
            ),
            click("Pay now", `${DIALOG} .o_iicharge_pay_now`),
            click("Back to the register", ".payment-screen .back-button"),
            PosLoyalty.orderTotalIs("0.37"),
            click("The card's line", ".product-screen .orderline:contains('-40.00')"),
            see("It is chosen", ".product-screen .orderline.selected:contains('-40.00')"),
            click("Two of it", ".product-screen .numpad button:contains('2')"),
            see("No", `${DIALOG}:contains('Charging is billed by the meter')`),
            click("Understood", `${DIALOG} .modal-footer button`),
            payBy("Card"),
        ].flat(),
});

tours.add("iicharge_prepaid_wallet_pays", {
    steps: () =>
        [
            takeToOrder("5.18"),
            ProductScreen.addOrderline("House Coffee", "1", "3"),
            PosLoyalty.orderTotalIs("8.18"),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Wanda Wallet"),
            PosLoyalty.eWalletButtonState({
                highlighted: true,
                text: "eWallet Pay",
                click: true,
            }),
            PosLoyalty.orderTotalIs("0.00"),
            payBy("Card"),
        ].flat(),
});

tours.add("iicharge_prepaid_offers", {
    steps: () =>
        [
            takeToOrder("5.18"),
            see("Ten per cent off the charging", ".orderline.fst-italic:contains('-0.52')"),
            see("Points for charging", ".loyalty-points-won:contains('4.66')"),
            PosLoyalty.orderTotalIs("4.66"),
            payBy("Card"),
        ].flat(),
});

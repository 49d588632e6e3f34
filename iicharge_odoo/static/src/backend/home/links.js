import { rpc } from "@web/core/network/rpc";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";

/**
 * Opens what the home page links to: see `models/home/page.py`.
 *
 * @param {() => any} reload called when a dialog that was opened has been closed, or a button's
 *   work is done
 * @returns {(link: object, confirm?: string) => Promise<void>}
 */
export function useLinks(reload) {
    const action = useService("action");
    const dialog = useService("dialog");

    async function open(link) {
        if (link.open) {
            return action.doAction(link.open, { onClose: reload });
        }
        if (link.method) {
            // as a button of a form: the server completes the action that it returns
            const result = await rpc(`/web/dataset/call_button/${link.model}/${link.method}`, {
                model: link.model,
                method: link.method,
                args: [[link.id]],
                kwargs: { context: user.context },
            });
            await (result?.type ? action.doAction(result, { onClose: reload }) : reload());
            return;
        }
        if (link.model) {
            return action.doAction({
                type: "ir.actions.act_window",
                res_model: link.model,
                res_id: link.id,
                views: [[false, "form"]],
            });
        }
        const loaded = await action.loadAction(link.action, user.context);
        const { domain = loaded.domain, name = loaded.name, context } = link;
        return action.doAction(
            { ...loaded, domain, name, display_name: name, context: context || loaded.context },
            { onClose: reload },
        );
    }

    return async (link, confirm) => {
        if (!confirm) {
            return open(link);
        }
        dialog.add(ConfirmationDialog, {
            body: confirm,
            confirm: () => open(link),
            cancel: () => {},
        });
    };
}

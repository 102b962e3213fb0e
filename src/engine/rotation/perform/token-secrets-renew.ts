import type { Effect } from "../../../core/model/plan.ts";
import type { Performed } from "../../../ports/world.ts";
import { deadSecrets } from "../observe/token-secrets.ts";
import type { Hands } from "./hands.ts";
import { done, unknown } from "./outcome.ts";

/**
 * Takes tokens that nobody accepts out of their Secrets: the controller-manager's token controller makes new ones
 * (pkg/controller/serviceaccount/tokens_controller.go, secretUpdateNeeded). Tokens that are accepted are left alone.
 */
export const renewTokenSecrets = async (
  { look }: Hands,
  effect: Extract<Effect, { kind: "token-secrets.renew" }>,
): Promise<Performed> => {
  try {
    const api = await look.at.apis.open();
    for (const { namespace, name, empty } of await deadSecrets(look, api, effect))
      if (!empty)
        await api.patch(`/api/v1/namespaces/${namespace}/secrets/${name}`, "merge", {
          data: { token: null },
        });
    return done;
  } catch (error) {
    return unknown(error);
  }
};

import type { Effect } from "../../../core/model/plan.ts";
import { formatInstant } from "../../../core/x509/time.ts";
import type { Performed } from "../../../ports/world.ts";
import { pendingRequests, requestsPath } from "../observe/kubelets-serve.ts";
import type { Hands } from "./hands.ts";
import { done, unknown } from "./outcome.ts";

/** Approves requests that nothing speaks against. What a request asks for never changes after it was made. */
export const approveKubeletRequests = async (
  { at: { apis, ports } }: Hands,
  { nodes }: Extract<Effect, { kind: "kubelet-requests.approve" }>,
): Promise<Performed> => {
  try {
    const api = await apis.open();
    for (const { name, node, objection } of await pendingRequests(api, ports.digests, nodes)) {
      if (objection !== undefined) continue;
      const approved = {
        type: "Approved",
        status: "True",
        reason: "CertwrightRecover",
        message: `asked by ${node} for itself, with names and addresses of its Node object`,
        lastUpdateTime: formatInstant(ports.clock.now()),
      };
      await api.patch(`${requestsPath}/${name}/approval`, "merge", {
        status: { conditions: [approved] },
      });
    }
    return done;
  } catch (error) {
    return unknown(error);
  }
};

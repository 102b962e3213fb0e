import { failure } from "../../core/errors/certwright-error.ts";
import type { Estate } from "../../core/model/estate.ts";
import type { Plan } from "../../core/model/plan.ts";
import { rightsOfPlan } from "../../core/plan/rights.ts";
import { missingRights } from "../discovery/check-rights.ts";
import { openApis } from "./kubernetes/apis.ts";
import { layoutOf } from "./layout.ts";
import type { RotationPorts } from "./ports.ts";

/** Milliseconds for one question. */
const deadline = 10_000;

/**
 * Asks the API whether its user may do everything that the plan will want of it, before anything is done: one that may
 * not would stop in the midst. Throws rotation.rights with all that is missing at once, kubernetes.*.
 */
export const checkPlanRights = async (
  ports: Pick<RotationPorts, "kubernetes" | "authority" | "clock">,
  estate: Estate,
  plan: Plan,
): Promise<void> => {
  const { kubernetes, slots, consumers } = layoutOf(estate);
  if (kubernetes === undefined) return;
  const objects = {
    slots,
    consumers: new Map(
      [...consumers].map(([id, { service, ...rest }]) => [id, { ...rest, service: service.kind }]),
    ),
  };
  const apis = openApis(ports, kubernetes, deadline);
  try {
    const rights = rightsOfPlan(plan, objects);
    const missing = await missingRights(await apis.open(), rights, "certwright-apply");
    if (missing !== undefined) throw failure("rotation.rights", missing);
  } finally {
    apis.close();
  }
};

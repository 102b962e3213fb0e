import type { SlotId } from "../../model/inventory.ts";
import type { Step } from "../../model/plan.ts";
import type { PlanFinding } from "../finding.ts";
import { slotsOfEdge, type Survey } from "../survey.ts";
import { stateAfterSteps } from "../walk/event.ts";
import { verifiedEdges, type Model } from "../walk/model.ts";

/**
 * Connections that do not verify even after these steps have mended what they can: no plan that keeps working what
 * works would make them better.
 */
export const checkConnections = (
  model: Model,
  mended: readonly Step[],
  concerned: ReadonlySet<SlotId>,
): readonly PlanFinding[] => {
  const { survey } = model;
  const verified = verifiedEdges(model, stateAfterSteps(model, mended));
  return survey.edges.flatMap((edge) => {
    const slots = slotsOfEdge(edge);
    if (verified.has(edge.id) || !slots.some((id) => concerned.has(id))) return [];
    const met = edge.serverPresents ?? edge.serverTrusts;
    const port = met === undefined ? undefined : survey.slots.get(met)?.port;
    return [
      {
        rule: "connection-broken",
        subject: edge.id,
        text: `${edge.client} and ${edge.server} do not accept each other's certificates as they are now`,
        evidence: slots.map((id) => describe(survey, id)),
        cure:
          port === undefined
            ? "see what is in these files: certwright inspect FILE"
            : `find out which one is wrong: certwright doctor ${port.host}:${port.port}`,
      },
    ];
  });
};

const describe = (survey: Survey, id: SlotId): string => {
  const slot = survey.slots.get(id);
  if (slot === undefined) return `${id}: not in the inventory`;
  const names = (slot.holds?.certificates ?? []).map(
    (one) => survey.certificates.get(one)?.subject ?? one.slice(0, 16),
  );
  return `${slot.place.path} ${slot.role} ${names.join(", ") || "nothing"}`;
};

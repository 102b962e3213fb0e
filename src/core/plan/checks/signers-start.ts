import type { Consumer } from "../../model/inventory.ts";
import type { Phase } from "../../model/plan.ts";
import type { PlanFinding } from "../finding.ts";
import { heldAtHome, type Survey } from "../survey.ts";
import { takenAwayBy } from "../taken-away.ts";

/**
 * A controller-manager that runs over a file which has got a second certificate since signs nothing, and does not start
 * again (pkg/controller/certificates/signer/ca_provider.go: "expected 1 certificate"). Whatever restarts it before it is
 * given files of its own would end it for good.
 */
export const checkSignersStart = (
  survey: Survey,
  phases: readonly Phase[],
): readonly PlanFinding[] =>
  survey.signers.flatMap(({ consumer, home }) => {
    if (home === undefined || consumer.signsWith !== home.place.path) return [];
    const held = heldAtHome(survey, home);
    if (held.length < 2 || !isRestartedAsItIs(consumer, phases)) return [];
    const { path, node } = home.place;
    return [
      {
        rule: "signer-would-not-start",
        subject: consumer.id,
        text: `${consumer.id} would be restarted, and would not start: it signs with ${path}, which holds ${held.length} certificates`,
        evidence: held.map((one) => survey.certificates.get(one)?.subject ?? one.slice(0, 16)),
        cure: `leave in ${path}${node === undefined ? "" : ` on ${node}`} only the certificate that belongs to ${home.place.key}: certwright inspect ${path}`,
      },
    ];
  });

/** Whether a plan restarts it before it changes its flags. */
const isRestartedAsItIs = ({ id }: Consumer, phases: readonly Phase[]): boolean => {
  const first = phases
    .flatMap(({ steps }) => steps)
    .find(({ effect }) => takenAwayBy(effect).includes(id));
  return first !== undefined && first.effect.kind !== "flags.set";
};

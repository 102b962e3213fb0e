import type { Claim } from "../../model/claim.ts";
import type { Consumer } from "../../model/inventory.ts";
import type { Step } from "../../model/plan.ts";
import type { Survey } from "../survey.ts";
import { imposedOn } from "./imposed.ts";
import { apiServersByMember } from "./turns.ts";

/**
 * Of each API server and the etcd member that it uses, one restart instead of two: while the server lets its watches
 * end, for up to half a minute, it takes no request any more, and nobody else asks the member beside it. Otherwise the
 * server would stand there without its data for as long as the member is away, and then be away itself. Of static pods
 * only: how long a service manager lets a server end is not known.
 */
export const inPairs = (
  survey: Survey,
  consumers: readonly Consumer[],
  steps: readonly Step[],
): readonly Step[] => {
  const restarts = new Map(
    steps.flatMap((step) =>
      step.effect.kind === "consumer.restart" ? [[step.effect.consumer, step] as const] : [],
    ),
  );
  const pairs = new Map<Step["id"], { readonly member: Step; readonly both: Step }>();
  for (const [id, server] of apiServersByMember(consumers)) {
    const ofMember = restarts.get(id);
    const ofServer = restarts.get(server.id);
    const member = survey.consumers.get(id)!;
    const areStaticPods = [member, server].every(({ service }) => service === "static-pod");
    if (ofMember === undefined || ofServer === undefined || !areStaticPods) continue;
    const both = together(
      { consumer: member, step: ofMember },
      { consumer: server, step: ofServer },
    );
    pairs.set(ofMember.id, { member: ofMember, both });
    pairs.set(ofServer.id, { member: ofMember, both });
  }
  return steps.flatMap((step) => {
    const pair = pairs.get(step.id);
    if (pair?.member === step) return [];
    const { needs, ...rest } = pair?.both ?? step;
    const renamed = needs.map((need) => pairs.get(need)?.both.id ?? need);
    return [{ ...rest, needs: [...new Set(renamed)].filter((need) => need !== step.id) }];
  });
};

interface Restart {
  readonly consumer: Consumer;
  readonly step: Step;
}

const together = (member: Restart, server: Restart): Step => {
  const { risk, gap, ...step } = server.step;
  const risks = new Set([member.step.risk, risk].filter((one) => one !== undefined));
  const gaps = [member.step.gap, gap].filter((one) => one !== undefined);
  const groups = distinct(gaps.flatMap((one) => one.groups));
  const milliseconds = Math.max(...gaps.map((one) => one.milliseconds));
  return {
    ...step,
    title: `Restart ${server.consumer.id}, and ${member.consumer.id} while it is away`,
    needs: [...member.step.needs, ...step.needs],
    requires: distinct([
      ...member.step.requires.flatMap((claim) => others(claim, member.consumer, server.consumer)),
      ...step.requires,
    ]),
    effect: {
      kind: "consumer.restart",
      consumer: server.consumer.id,
      meanwhile: member.consumer.id,
    },
    proves: distinct([...member.step.proves, ...step.proves]),
    approval: member.step.approval || step.approval,
    ...(risks.size === 0 ? {} : { risk: [...risks].join("; ") }),
    ...imposedOn(server.consumer, { alone: gap !== undefined, meanwhile: member.consumer }),
    ...(gaps.length === 0 ? {} : { gap: { groups, milliseconds } }),
  };
};

/** Of the two groups it is the others who have to be well: these two are about to be restarted. */
const others = (claim: Claim, member: Consumer, server: Consumer): readonly Claim[] => {
  if (claim.kind !== "healthy") return [claim];
  const own = [member, server].find(({ group }) => group === claim.group);
  return [own === undefined ? claim : { ...claim, besides: own.id }];
};

const distinct = <T>(all: readonly T[]): readonly T[] => [
  ...new Map(all.map((one) => [JSON.stringify(one), one])).values(),
];

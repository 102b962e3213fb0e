import type { Claim, Proof } from "../../src/core/model/claim.ts";
import type { ConsumerId, Redundancy, Slot, SlotId } from "../../src/core/model/inventory.ts";
import type { Stage } from "../../src/core/model/stage.ts";
import { isAccepted } from "../estate/certificate.ts";
import { generationOf, isContent } from "../estate/contents.ts";
import { startTold } from "../estate/process.ts";
import type { Backup, SimulatedConsumer, SimulatedEstate } from "../estate/state.ts";
import { clockOf, edgeFault } from "../estate/verify-edge.ts";

/** What is so: from where the engine stands, or as only the simulator can know it (`reach` always true). */
export interface Vantage {
  readonly estate: SimulatedEstate;
  readonly now: number;
  readonly backup: Backup | undefined;
  /** Whether a node, or the operator's machine when undefined, can be seen. */
  reach(node: string | undefined): boolean;
}

export type Verdict = Pick<Proof, "verdict" | "method" | "evidence">;

const stages: readonly Stage[] = ["staged", "trusted", "issuing", "retiring", "retired"];

const holds = (method: Proof["method"], evidence: string): Verdict => ({
  verdict: "holds",
  method,
  evidence,
});
const fails = (method: Proof["method"], evidence: string): Verdict => ({
  verdict: "fails",
  method,
  evidence,
});
const unknowable = (evidence: string): Verdict => ({
  verdict: "unknowable",
  method: "none",
  evidence,
});
const judged = (good: boolean, method: Proof["method"], yes: string, no: string): Verdict =>
  good ? holds(method, yes) : fails(method, no);

export const judgeClaim = (vantage: Vantage, claim: Claim): Verdict => {
  const { estate } = vantage;
  switch (claim.kind) {
    case "backup":
      return judged(
        vantage.backup?.complete === true,
        "store",
        "restored and compared",
        "no backup of this run",
      );
    case "made":
    case "copied":
    case "lone-member":
    case "member-awaited":
    case "vacant":
    case "data-there":
    case "started-after":
    case "token-secrets":
    case "webhooks":
    case "mesh":
    case "kubelets-serve":
    case "pods-renewed":
      return unknowable("nothing is lost in here");
    case "generation": {
      const generation = generationOf(estate, claim.issuer, claim.number);
      if (generation === undefined)
        return fails("store", `${claim.issuer} ${claim.number} is not there`);
      const stage =
        claim.exactly === true
          ? generation.stage === claim.stage
          : stages.indexOf(generation.stage) >= stages.indexOf(claim.stage);
      const crossed =
        claim.crossSignedBy === undefined ||
        generation.crossSigns.some(({ by }) => by === claim.crossSignedBy);
      return judged(
        stage && crossed,
        "store",
        `stage ${generation.stage}`,
        crossed ? `stage ${generation.stage}` : "not cross-signed",
      );
    }
    case "holds": {
      const slot = estate.slots.get(claim.slot)!;
      if (!vantage.reach(slot.facts.place.node)) return cutOff(slot.facts.place.node);
      if (isObject(slot.facts) && !isServed(vantage)) return unknowable("no API server answers");
      const saved = vantage.backup?.files.get(claim.slot);
      return judged(
        isContent(estate, slot, claim.content, saved),
        "read-back",
        "as it shall be",
        `something else: ${slot.disk.certificates.map(({ subject, generation }) => `${subject} of ${generation}`).join(", ")}`,
      );
    }
    case "restarted":
      return judgeRestarted(vantage, claim.consumer);
    case "accepts":
    case "refuses":
      return judgeTrust(vantage, claim);
    case "presents":
      return judgePresents(vantage, claim.slot, claim.generation);
    case "verifies":
      return judgeEdge(vantage, claim);
    case "healthy":
      return judgeHealth(vantage, claim.group, claim.besides);
    case "same-data":
      return judgeSameData(vantage, claim.group);
    case "follows": {
      const consumer = estate.consumers.get(claim.consumer)!;
      const group = estate.groups.get(consumer.group!)!;
      if (!group.members.some((id) => seen(vantage, id))) return unknowable("no member answers");
      if (group.leader === undefined) return fails("api", "nobody leads");
      return judged(
        group.leader !== claim.consumer,
        "api",
        `${group.leader} leads`,
        `${claim.consumer} leads`,
      );
    }
    case "flags":
      return judgeFlags(vantage, claim.consumer, claim.flags);
    case "answered":
    case "informed":
    case "unused":
    case "tokens":
      return unknowable("nobody here is but what the estate has");
    case "absent": {
      for (const { facts, disk } of estate.slots.values()) {
        if (!vantage.reach(facts.place.node)) return cutOff(facts.place.node);
        const isKey =
          facts.issuer === claim.issuer &&
          facts.role === "signs" &&
          disk.key === generationOf(estate, claim.issuer, claim.generation)?.key;
        if (
          isKey ||
          disk.certificates.some(
            ({ issuer, generation }) => issuer === claim.issuer && generation === claim.generation,
          )
        )
          return fails("read-back", `found in ${facts.id}`);
      }
      return holds("read-back", "in no slot");
    }
    default:
      return unknowable(`no such claim: ${(claim satisfies never as Claim).kind}`);
  }
};

const cutOff = (node: string | undefined): Verdict =>
  unknowable(`${node ?? "this machine"}: Connection timed out`);

const seen = (vantage: Vantage, id: ConsumerId): boolean => {
  const consumer = vantage.estate.consumers.get(id)!;
  return vantage.reach(consumer.node) && consumer.state === "up";
};

const judgeRestarted = (vantage: Vantage, id: ConsumerId): Verdict => {
  const consumer = vantage.estate.consumers.get(id)!;
  if (!vantage.reach(consumer.node)) return cutOff(consumer.node);
  if (consumer.state !== "up") return fails("process", "not running");
  const changed = Math.max(
    ...consumer.slots
      .map((slot) => vantage.estate.slots.get(slot)!)
      .filter(({ facts }) => facts.reload === "start" || facts.reload === "unknown")
      .map(({ disk }) => disk.changedAt),
    0,
  );
  const started = startTold(vantage.estate, consumer, vantage.now);
  return judged(
    started >= changed,
    "process",
    "started after the files changed",
    `started ${started}, files changed ${changed}`,
  );
};

/** A server's trust is asked by a handshake, a client's is read from its file. */
const judgeTrust = (
  vantage: Vantage,
  claim: Extract<Claim, { readonly kind: "accepts" | "refuses" }>,
): Verdict => {
  const { estate } = vantage;
  const slot = estate.slots.get(claim.slot)!;
  const consumer = estate.consumers.get(slot.facts.consumer)!;
  if (!vantage.reach(slot.facts.place.node)) return cutOff(slot.facts.place.node);
  const asked = slot.facts.port !== undefined;
  if (asked && consumer.state !== "up") return unknowable("connection refused");
  const generation = generationOf(estate, claim.issuer, claim.generation);
  if (generation === undefined) return unknowable("no such generation: no probe leaf can be made");
  const probe = { ...generation.certificate, ca: false, signedBy: generation.key };
  const accepted = isAccepted(
    [probe],
    (asked ? slot.memory : slot.disk).certificates,
    clockOf(estate, slot.facts.place.node),
  );
  return judged(
    accepted === (claim.kind === "accepts"),
    asked ? "handshake" : "verification",
    accepted ? "let in" : "turned away",
    accepted ? "let in" : "turned away",
  );
};

const judgePresents = (vantage: Vantage, id: SlotId, number: number): Verdict => {
  const slot = vantage.estate.slots.get(id)!;
  if (!vantage.reach(slot.facts.place.node)) return cutOff(slot.facts.place.node);
  const asked = slot.facts.port !== undefined;
  if (asked && vantage.estate.consumers.get(slot.facts.consumer)!.state !== "up")
    return unknowable("connection refused");
  const shown = asked ? slot.memory : slot.disk;
  const generation = generationOf(vantage.estate, slot.facts.issuer, number);
  const [leaf] = shown.certificates;
  return judged(
    generation !== undefined &&
      leaf?.signedBy === generation.key &&
      leaf === slot.disk.certificates[0] &&
      shown.key === leaf.key,
    asked ? "handshake" : "read-back",
    `shows ${leaf?.subject} of ${leaf?.generation}`,
    `shows ${leaf?.subject} of ${leaf?.generation}`,
  );
};

/** A server is met by handshake, so what it has read counts; of a client only its files can be seen. */
const judgeEdge = (
  vantage: Vantage,
  claim: Extract<Claim, { readonly kind: "verifies" }>,
): Verdict => {
  const edge = vantage.estate.edges.find(({ id }) => id === claim.edge)!;
  const client = vantage.estate.consumers.get(edge.client)!;
  const server = vantage.estate.consumers.get(edge.server)!;
  for (const { node } of [client, server]) if (!vantage.reach(node)) return cutOff(node);
  if (server.state !== "up") return unknowable(`${edge.server}: connection refused`);
  const fault = edgeFault(vantage.estate, edge, (id) => {
    const slot = vantage.estate.slots.get(id)!;
    return slot.facts.port === undefined ? slot.disk : slot.memory;
  });
  return judged(fault === undefined, "verification", "both sides verify", fault ?? "");
};

const isSettled = (vantage: Vantage, { state, settledAt }: SimulatedConsumer): boolean =>
  state === "up" && settledAt <= vantage.now;

const judgeHealth = (
  vantage: Vantage,
  groupName: string,
  besides: ConsumerId | undefined,
): Verdict => {
  // Who is in no group is asked by its own name.
  const group = vantage.estate.groups.get(groupName);
  const asked = (group?.members ?? [groupName as ConsumerId])
    .filter((id) => id !== besides)
    .map((id) => vantage.estate.consumers.get(id)!);
  const hidden = asked.find(({ node }) => !vantage.reach(node));
  const silent = asked.find(
    (consumer) => vantage.reach(consumer.node) && !isSettled(vantage, consumer),
  );
  if (silent !== undefined) return fails("api", `${silent.id} does not answer`);
  if (hidden !== undefined) return cutOff(hidden.node);
  if (group === undefined) return holds("api", "it answers");
  if (group.redundancy !== "any" && asked.length > 0 && group.leader === undefined)
    return fails("api", "nobody leads");
  // An API server is ready when its etcd member answers.
  const away = group.redundancy === "any" ? asked.find((one) => !meets(vantage, one)) : undefined;
  if (away !== undefined) return fails("api", `${away.id} is not ready`);
  const edges = vantage.estate.edges.filter(
    ({ client, server }) =>
      asked.some(({ id }) => id === client) && asked.some(({ id }) => id === server),
  );
  for (const edge of edges) {
    const fault = edgeFault(vantage.estate, edge, (slot) => vantage.estate.slots.get(slot)!.memory);
    if (fault !== undefined) return fails("api", fault);
  }
  return holds("api", `all answer, ${group.leader} leads`);
};

/** Whether the servers that a program needs to be ready are there and take each other in. */
const meets = ({ estate }: Vantage, { id }: Pick<SimulatedConsumer, "id">): boolean =>
  estate.edges
    .filter(({ client, server }) => client === id && isIn(estate, server, "quorum"))
    .every(
      (edge) =>
        estate.consumers.get(edge.server)!.state === "up" &&
        edgeFault(estate, edge, (slot) => estate.slots.get(slot)!.memory) === undefined,
    );

const isIn = (estate: SimulatedEstate, id: ConsumerId, redundancy: Redundancy): boolean => {
  const group = estate.consumers.get(id)?.group;
  return group !== undefined && estate.groups.get(group)?.redundancy === redundancy;
};

const isObject = ({ place }: Pick<Slot, "place">): boolean => place.form?.kind === "object";

/** Whether an API server answers: without one nobody sees or changes an object. */
export const isServed = ({ estate }: Pick<Vantage, "estate">): boolean =>
  [...estate.groups.values()]
    .filter(({ redundancy }) => redundancy === "any")
    .some(({ members }) => members.some((id) => estate.consumers.get(id)!.state === "up"));

const judgeFlags = (
  vantage: Vantage,
  id: ConsumerId,
  flags: Readonly<Record<string, string>>,
): Verdict => {
  const consumer = vantage.estate.consumers.get(id)!;
  if (!vantage.reach(consumer.node)) return cutOff(consumer.node);
  if (consumer.state !== "up") return fails("process", "not running");
  const other = Object.entries(flags).find(([name, value]) => consumer.flags?.[name] !== value);
  return judged(
    other === undefined,
    "process",
    "started with these flags",
    `${other?.[0]} is ${other === undefined ? "" : consumer.flags?.[other[0]]}`,
  );
};

const judgeSameData = (vantage: Vantage, groupName: string): Verdict => {
  const group = vantage.estate.groups.get(groupName)!;
  for (const id of group.members) {
    const consumer = vantage.estate.consumers.get(id)!;
    if (!vantage.reach(consumer.node)) return cutOff(consumer.node);
    if (!isSettled(vantage, consumer)) return fails("api", `${id} lags behind`);
  }
  return holds("api", "same revision and hash");
};

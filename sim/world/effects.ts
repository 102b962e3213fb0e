import type { ConsumerId, Slot, SlotId } from "../../src/core/model/inventory.ts";
import type { Effect, Expected, SlotWrite } from "../../src/core/model/plan.ts";
import type { Performed } from "../../src/ports/world.ts";
import { keyNamed, makeCertificate } from "../estate/certificate.ts";
import { generationOf, isContent, makeFile } from "../estate/contents.ts";
import { elect, placeFile, slotsBeside, startProcess, stopProcess } from "../estate/process.ts";
import type { Backup, SimulatedConsumer, SimulatedGeneration, SlotFile } from "../estate/state.ts";
import { checkBackup, checkBundleOrder, checkOverwrite } from "../checks/write.ts";
import { checkRestart } from "../checks/members-down.ts";
import type { Rules } from "../rules.ts";
import { type Simulation, delay, violate } from "../simulation.ts";
import { isServed } from "./judge-claim.ts";

export interface Sending {
  readonly half: boolean;
  /** Moment of the look on which the decision for this effect rests. */
  readonly lookedAt: number;
  readonly rules: Rules;
  /** A rollback brings back what was there, in the order that it had. */
  readonly direction: "forward" | "back";
}

const done: Performed = { kind: "done" };

const refused = (code: string, message: string, retry: "later" | "never"): Performed => ({
  kind: "refused",
  failure: { code, message, retry },
});

const unknown = (message: string): Performed => ({
  kind: "unknown",
  failure: { code: "simulated.unknown", message, retry: "later" },
});

export const backupOf = ({ estate, run }: Simulation): Backup | undefined =>
  estate.backups.get(run);

/** Whether the operator's machine reaches it now. */
export const isReached = ({ estate, schedule }: Simulation, node: string | undefined): boolean =>
  node === undefined || estate.nodes.get(node)!.cutUntil <= schedule.now();

/** Carries an effect out; `answer` is called once, maybe later, and never when the node does not answer in time. */
export const carryOut = (
  simulation: Simulation,
  effect: Effect,
  sending: Sending,
  answer: (performed: Performed) => void,
): void => {
  const { estate, schedule } = simulation;
  switch (effect.kind) {
    case "none":
      answer(done);
      return;
    case "wait":
      schedule.after(effect.milliseconds, () => answer(done));
      return;
    case "backup.create":
      schedule.after(500 + simulation.chance.below(1500), () => {
        answer(createBackup(simulation, effect.slots, sending.half));
        simulation.changed("backup");
      });
      return;
    case "generation.create":
      answer(createGeneration(simulation, effect.issuer, effect.number, sending.rules));
      simulation.changed("generation");
      return;
    case "node.copy":
    case "etcd.vacate":
    case "etcd.data-place":
    case "etcd.member-renew":
    case "etcd.member-promote":
    case "files.make":
    case "issuer.create":
    case "token-secrets.renew":
    case "webhooks.open":
    case "webhooks.close":
    case "mesh.publish":
    case "kubelet-requests.approve":
    case "pods.renew":
      answer(refused("simulated.no-recovery", "nothing is lost in here", "never"));
      return;
    case "generation.enlist":
    case "generation.request":
    case "leaves.request":
      answer(refused("simulated.unanswered", "there is no external CA in here", "never"));
      return;
    case "generation.cross-sign":
      answer(crossSign(simulation, effect.issuer, effect.number, effect.by));
      simulation.changed("cross-sign");
      return;
    case "generation.stage": {
      const generations = estate.issuers.get(effect.issuer) ?? [];
      const generation = generations.find(({ number }) => number === effect.number);
      if (generation === undefined) {
        answer(refused("simulated.no-generation", "no such generation", "never"));
        return;
      }
      if (effect.stage === "issuing")
        for (const other of generations) if (other.stage === "issuing") other.stage = "retiring";
      generation.stage = effect.stage;
      simulation.changed("stage");
      answer(done);
      return;
    }
    case "slots.write":
      if (effect.during === "running")
        writeSlots(simulation, effect.writes, sending, () => true, answer);
      else writeWhileStopped(simulation, effect, sending, answer);
      return;
    case "consumer.restart":
      restart(simulation, effect, sending, answer);
      return;
    case "flags.set":
      setFlags(simulation, effect, sending, answer);
      return;
    case "leadership.move":
      answer(moveLeadership(simulation, effect.consumer));
      simulation.changed("leader");
      return;
    default:
      effect satisfies never;
  }
};

const createBackup = (
  simulation: Simulation,
  slots: readonly SlotId[],
  half: boolean,
): Performed => {
  const { estate, run } = simulation;
  if (estate.backups.get(run)?.complete === true) return done;
  const files = new Map<SlotId, SlotFile>();
  for (const id of slots) {
    const slot = estate.slots.get(id)!;
    if (!isReached(simulation, slot.facts.place.node))
      return refused("simulated.cut", `${slot.facts.place.node} is not reached`, "later");
    files.set(id, slot.disk);
  }
  estate.backups.set(run, { files, complete: !half });
  return half ? unknown("half a backup") : done;
};

const createGeneration = (
  simulation: Simulation,
  issuer: string,
  number: number,
  rules: Rules,
): Performed => {
  const { estate } = simulation;
  const generations = estate.issuers.get(issuer)!;
  const there = generations.findIndex((generation) => generation.number === number);
  if (there >= 0 && !rules.createsAgain) return done;
  const name = `${issuer} ${number}${there >= 0 ? ` again ${simulation.issued++}` : ""}`;
  const key = keyNamed(name);
  const now = estate.clock.now();
  const generation: SimulatedGeneration = {
    number,
    key,
    certificate: makeCertificate(name, {
      key,
      signedBy: key,
      ca: true,
      issuer,
      generation: number,
      subject: `CN=${issuer} ${number}`,
      notBefore: now - 300_000,
      notAfter: now + 3650 * 86_400_000,
    }),
    crossSigns: [],
    mayCrossSign: true,
    stage: "staged",
  };
  if (there >= 0) {
    violate(
      simulation,
      "generation-made-once",
      `${issuer} ${number} was made a second time: certificates of the first are worth nothing`,
    );
    generations[there] = generation;
  } else generations.push(generation);
  return done;
};

const crossSign = (
  simulation: Simulation,
  issuer: string,
  number: number,
  by: number,
): Performed => {
  const { estate } = simulation;
  const generation = generationOf(estate, issuer, number);
  const older = generationOf(estate, issuer, by);
  if (generation === undefined || older === undefined || !older.mayCrossSign)
    return refused("simulated.no-generation", "no such generation, or no key", "never");
  if (generation.crossSigns.some((cross) => cross.by === by)) return done;
  const certificate = makeCertificate(`${issuer} ${number} by ${by}`, {
    ...generation.certificate,
    signedBy: older.key,
    notAfter: Math.min(generation.certificate.notAfter, older.certificate.notAfter),
  });
  generation.crossSigns.push({ by, certificate });
  return done;
};

const isExpected = (simulation: Simulation, slot: SlotId, expected: Expected): boolean => {
  const { facts, disk } = simulation.estate.slots.get(slot)!;
  if (expected.kind === "absent") return disk.absent === true;
  if (expected.kind === "anything") return true;
  if (expected.kind === "digest") return disk.bytes === expected.digest;
  return isContent(
    simulation.estate,
    { facts, disk },
    expected.content,
    backupOf(simulation)?.files.get(slot),
  );
};

/** Compare and swap, one rename after the other: a crash, or an effect half done, leaves some of them written. */
const writeSlots = (
  simulation: Simulation,
  writes: readonly SlotWrite[],
  sending: Sending,
  goesOn: () => boolean,
  answer: (performed: Performed) => void,
): void => {
  const { estate } = simulation;
  const saved = backupOf(simulation)?.files;
  const left = writes.filter(
    ({ slot, content }) =>
      !isPublishedByOthers(estate.slots.get(slot)!.facts) &&
      !isContent(estate, estate.slots.get(slot)!, content, saved?.get(slot)),
  );
  for (const { slot, expect } of left) {
    const { facts } = estate.slots.get(slot)!;
    if (!isReached(simulation, facts.place.node)) {
      answer(refused("simulated.cut", `${facts.place.node} is not reached`, "later"));
      return;
    }
    if (facts.place.form?.kind === "object" && !isServed(simulation)) {
      answer(refused("simulated.no-api", "no API server answers", "later"));
      return;
    }
    const checked = !sending.rules.overwrites;
    if (checked && !expect.some((expected) => isExpected(simulation, slot, expected))) {
      answer(refused("simulated.changed", `${slot} holds something else`, "never"));
      return;
    }
  }
  const next = (index: number): void => {
    const write = left[index];
    if (write === undefined) {
      answer(done);
      return;
    }
    if (!goesOn() || (sending.half && index === Math.max(1, left.length - 1))) {
      answer(unknown(`${index} of ${left.length} files written`));
      return;
    }
    const slot = estate.slots.get(write.slot)!;
    const file = makeFile(
      estate,
      write.slot,
      write.content,
      saved?.get(write.slot),
      () => ++simulation.issued,
    );
    if (file === undefined) {
      answer(refused("simulated.no-content", `${write.slot} cannot be made`, "never"));
      return;
    }
    // Key and certificate are two files: while the second is not there yet, a running server has a pair that disagrees.
    const running = estate.consumers.get(slot.facts.consumer)!.state === "up";
    if (running && slot.facts.port !== undefined && file.key !== slot.disk.key) {
      placeFile(estate, write.slot, { ...slot.disk, key: file.key! });
      simulation.changed(`${write.slot}: the key is written, the certificate is not`);
    }
    checkBackup(simulation, write);
    checkOverwrite(simulation, slot, sending.lookedAt);
    if (sending.direction === "forward") checkBundleOrder(simulation, write);
    placeFile(estate, write.slot, file);
    for (const one of slotsBeside(estate, write.slot)) delete one.edited;
    simulation.history.record(`${write.slot}`, "written", describeFile(file));
    simulation.changed(`${write.slot} written`);
    simulation.schedule.after(2 + simulation.chance.below(20), () => next(index + 1));
  };
  next(0);
};

export const describeFile = ({ certificates, key }: Pick<SlotFile, "certificates" | "key">) =>
  `${key === undefined ? "bundle" : "leaf"} ${certificates
    .map(({ issuer, generation }) => `${issuer || "other"} ${generation}`)
    .join(" + ")}`;

/** Controller-managers write it, and take out what anybody else puts there: the engine waits for it. */
const isPublishedByOthers = ({ place }: Pick<Slot, "place">): boolean =>
  place.form?.kind === "object" && place.form.resource.endsWith("/kube-root-ca.crt");

const writeWhileStopped = (
  simulation: Simulation,
  effect: Extract<Effect, { readonly kind: "slots.write" }>,
  sending: Sending,
  answer: (performed: Performed) => void,
): void => {
  if (!takeDown(simulation, effect.consumer, sending, answer)) return;
  simulation.schedule.after(delay(simulation), () => {
    writeSlots(
      simulation,
      effect.writes,
      sending,
      () => true,
      (written) => bringUp(simulation, effect.consumer, (up) => answer(up ?? written)),
    );
  });
};

const restart = (
  simulation: Simulation,
  { consumer: id, meanwhile }: Extract<Effect, { readonly kind: "consumer.restart" }>,
  sending: Sending,
  answer: (performed: Performed) => void,
): void => {
  const { service } = simulation.estate.consumers.get(id)!;
  // Pods are replaced one by one: those that are there answer until the last.
  if (service === "rollout" && !isServed(simulation)) {
    answer(refused("simulated.no-api", "no API server answers", "later"));
    return;
  }
  if (service !== "rollout" && !takeDown(simulation, id, sending, answer)) return;
  const bringBack = (besides?: Performed): void =>
    bringUp(simulation, id, (up) =>
      answer(besides ?? up ?? (sending.half ? unknown("the connection broke") : done)),
    );
  if (meanwhile === undefined) bringBack();
  else if (takeDown(simulation, meanwhile, sending, bringBack)) {
    bringUp(simulation, meanwhile, bringBack);
  }
};

/** A changed manifest: the kubelet ends the pod and starts it with the new flags. */
const setFlags = (
  simulation: Simulation,
  { consumer: id, flags }: Extract<Effect, { readonly kind: "flags.set" }>,
  sending: Sending,
  answer: (performed: Performed) => void,
): void => {
  const consumer = simulation.estate.consumers.get(id)!;
  const isSo = Object.entries(flags).every(([name, value]) => consumer.flags?.[name] === value);
  if (isSo && consumer.state === "up") {
    answer(done);
    return;
  }
  if (!takeDown(simulation, id, sending, answer)) return;
  consumer.flags = { ...consumer.flags, ...flags };
  simulation.history.record(id, "flags", JSON.stringify(flags));
  bringUp(simulation, id, (up) =>
    answer(up ?? (sending.half ? unknown("the connection broke") : done)),
  );
};

const takeDown = (
  simulation: Simulation,
  id: ConsumerId,
  sending: Sending,
  answer: (performed: Performed) => void,
): boolean => {
  const { estate, schedule } = simulation;
  const consumer = estate.consumers.get(id)!;
  if (!isReached(simulation, consumer.node)) {
    answer(refused("simulated.cut", `${consumer.node} is not reached`, "later"));
    return false;
  }
  if (consumer.service === "none") {
    answer(refused("simulated.no-service", `nobody can restart ${id}`, "never"));
    return false;
  }
  if (!hasKubelet(simulation, consumer)) {
    answer(unknown(`the kubelet of ${consumer.node} does nothing`));
    return false;
  }
  if (sending.rules.handsOver && isQuorum(simulation, consumer)) moveLeadership(simulation, id);
  checkRestart(simulation, consumer, sending.lookedAt);
  stopProcess(estate, id, "us", schedule.now());
  simulation.history.record(id, "stopped by us");
  simulation.changed(`${id} stopped`);
  schedule.after(electionTime(simulation, consumer), () =>
    holdElection(simulation, consumer.group),
  );
  return true;
};

const isQuorum = ({ estate }: Simulation, { group }: Pick<SimulatedConsumer, "group">): boolean =>
  group !== undefined && estate.groups.get(group)!.redundancy === "quorum";

/** Until the others know: an election timeout, or a lease that was not given back (--leader-elect-lease-duration 15 s). */
export const electionTime = (simulation: Simulation, consumer: SimulatedConsumer): number =>
  consumer.redundancy === "standby"
    ? 2000 + simulation.chance.below(15_000)
    : 800 + simulation.chance.below(1200);

/** Whether anybody starts and stops its pod. */
const hasKubelet = (
  { estate }: Simulation,
  { service, node }: Pick<SimulatedConsumer, "service" | "node">,
): boolean =>
  service !== "static-pod" ||
  [...estate.consumers.values()].every(
    (one) => one.program !== "kubelet" || one.node !== node || one.state === "up",
  );

export const holdElection = (simulation: Simulation, group: string | undefined): void => {
  if (group === undefined) return;
  elect(simulation.estate, group, simulation.schedule.now());
  simulation.changed("election");
};

/** What systemd waits for at most before it gives up (DefaultTimeoutStartSec). */
const startTimeout = 90_000;

const bringUp = (
  simulation: Simulation,
  id: ConsumerId,
  answer: (failed: Performed | undefined) => void,
): void => {
  const { schedule, chance, book } = simulation;
  const { extra, stale: old } = book.restart();
  // Nothing shows what a client has loaded, so one that loads something else is out of the model.
  const stale = old && simulation.estate.consumers.get(id)!.program === "etcd";
  const wait = 200 + chance.below(2500) + extra;
  const settle = 100 + chance.below(1500);
  let answered = false;
  const once = (failed: Performed | undefined): void => {
    if (!answered) answer(failed);
    answered = true;
  };
  const { pid } = simulation.estate.consumers.get(id)!;
  const start = (): void => {
    if (simulation.estate.consumers.get(id)!.pid !== pid) {
      once(undefined); // Somebody else started it meanwhile.
      return;
    }
    if (!hasKubelet(simulation, simulation.estate.consumers.get(id)!)) {
      schedule.after(1000, start);
      return;
    }
    const up = comeUp(simulation, id, settle, stale);
    once(up ? undefined : unknown(`${id} does not start: key and certificate disagree`));
  };
  schedule.after(wait, start);
  schedule.after(startTimeout, () => once(unknown(`${id}: Job timed out`)));
};

/** A process starts, catches up, and its group elects. */
export const comeUp = (
  simulation: Simulation,
  id: ConsumerId,
  settle: number,
  stale: boolean,
): boolean => {
  const { estate, schedule } = simulation;
  const up = startProcess(estate, id, schedule.now(), settle, stale);
  const note = stale ? "with the old files" : "";
  simulation.history.record(id, up ? "started" : "does not start", note);
  const { group, service } = estate.consumers.get(id)!;
  simulation.changed(`${id} started`);
  if (!up && service === "static-pod") tryAgain(simulation, id);
  if (group !== undefined) schedule.after(settle + 1, () => holdElection(simulation, group));
  return up;
};

/** A kubelet starts a container that ended again, after ten seconds and more. */
const tryAgain = (simulation: Simulation, id: ConsumerId): void => {
  const consumer = simulation.estate.consumers.get(id)!;
  if (consumer.startsAgain === true) return;
  consumer.startsAgain = true;
  const { pid } = consumer;
  // Back-off that has grown: nobody learns more from more tries.
  simulation.schedule.after(60_000 + simulation.chance.below(60_000), () => {
    delete consumer.startsAgain;
    if (consumer.pid !== pid || consumer.state === "up") return;
    if (hasKubelet(simulation, consumer)) comeUp(simulation, id, 500, false);
    else tryAgain(simulation, id);
  });
};

const moveLeadership = (simulation: Simulation, id: ConsumerId): Performed => {
  const { estate, schedule } = simulation;
  const consumer = estate.consumers.get(id)!;
  const group = estate.groups.get(consumer.group!)!;
  if (group.leader !== id) return done;
  if (!isReached(simulation, consumer.node))
    return refused("simulated.cut", `${consumer.node} is not reached`, "later");
  const other = group.members.find((member) => {
    const { state, settledAt } = estate.consumers.get(member)!;
    return member !== id && state === "up" && settledAt <= schedule.now();
  });
  if (other === undefined) return refused("simulated.nobody", "nobody can lead", "later");
  group.leader = other;
  simulation.history.record(other, "leads");
  return done;
};

import type { Claim, Proof } from "../../core/model/claim.ts";
import type { Effect } from "../../core/model/plan.ts";
import { takenAwayBy } from "../../core/plan/taken-away.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { Meanwhile, Performed, World } from "../../ports/world.ts";
import { whyOf } from "./attempt.ts";
import { lookAround, type Look, type Standpoint } from "./look.ts";
import { observeAbsent } from "./observe/absent.ts";
import { observeAnswered } from "./observe/answered.ts";
import { observeFlags } from "./observe/flags.ts";
import { observeFollows } from "./observe/follows.ts";
import {
  observeDataThere,
  observeLoneMember,
  observeMemberAwaited,
  observeVacant,
} from "./observe/etcd-members.ts";
import { observeGeneration } from "./observe/generation.ts";
import { observeHealthy } from "./observe/healthy.ts";
import { observeHolds } from "./observe/holds.ts";
import { observeInformed } from "./observe/informed.ts";
import { observeMade } from "./observe/made.ts";
import { observePresents } from "./observe/presents.ts";
import { observeRestarted } from "./observe/restarted.ts";
import { observeKubeletsServe } from "./observe/kubelets-serve.ts";
import { observePodsRenewed } from "./observe/pods-renewed.ts";
import { observeSameData } from "./observe/same-data.ts";
import { holds, fails, unknowable, type Seen } from "./observe/seen.ts";
import { observeStartedAfter } from "./observe/started-after.ts";
import { observeTokens } from "./observe/tokens.ts";
import { observeTokenSecrets } from "./observe/token-secrets.ts";
import { approveKubeletRequests } from "./perform/kubelet-requests.ts";
import { renewPods } from "./perform/pods-renew.ts";
import { closeWebhooks, openWebhooks } from "./perform/webhooks.ts";
import { renewTokenSecrets } from "./perform/token-secrets-renew.ts";
import { observeTrust } from "./observe/trust.ts";
import { observeUnused } from "./observe/unused.ts";
import { observeWebhooks } from "./observe/webhooks.ts";
import { observeVerifies } from "./observe/verifies.ts";
import { placeEtcdData, promoteMember, renewMember, vacateEtcd } from "./perform/etcd-members.ts";
import { performFilesMake } from "./perform/files-make.ts";
import { performFlagsSet } from "./perform/flags-set.ts";
import { performGeneration } from "./perform/generation.ts";
import type { Hands } from "./perform/hands.ts";
import { performLeavesRequest } from "./perform/leaves-request.ts";
import { performLeadershipMove } from "./perform/leadership-move.ts";
import { observeCopied, performNodeCopy } from "./perform/node-copy.ts";
import { done, refused, unknown } from "./perform/outcome.ts";
import { restartService } from "./perform/service.ts";
import { performSlotsWrite } from "./perform/slots-write.ts";
import type { RotationPorts } from "./ports.ts";
import type { RunBackup } from "./run-backup.ts";
import { openStandpoint } from "./standpoint.ts";
import { apiClient } from "./witness/api-client.ts";
import { etcdClient } from "./witness/etcd-client.ts";
import { startWitness, together, type Witness } from "./witness/witness.ts";
import type { Estate } from "../../core/model/estate.ts";

export interface WorldOptions {
  readonly ports: RotationPorts;
  readonly estate: Estate;
  /** The copy of what this run changes. */
  readonly backup: RunBackup;
  /** Milliseconds for one handshake or one call of etcd's; 5 s. */
  readonly deadline?: number;
}

/** A world that holds ways to machines open. */
export interface OpenWorld extends World {
  /** One more client for as long as the run goes on; with `writes` it writes, too. */
  watch(writes: boolean): Witness;
  close(): Promise<void>;
}

/** Longer than an election of etcd's with its default timing (1 s, up to 2 s randomised) and a retry. */
const defaultDeadline = 5000;

/** The engine's eyes and hands on a real estate. */
export const createWorld = ({
  ports,
  estate,
  backup,
  deadline = defaultDeadline,
}: WorldOptions): OpenWorld => {
  const at = openStandpoint(ports, estate, deadline);
  let newest = 0;
  return {
    observe: (claims) => {
      const look = lookAround(at);
      return Promise.all(
        claims.map(async (claim): Promise<Proof> => {
          const seen = await seenBy(look, claim, backup);
          return { claim, observedAt: ports.clock.now(), ...seen };
        }),
      );
    },
    perform: async (effect, attempt, meanwhile = deaf) => {
      if (attempt.epoch < newest)
        return refused(failure("rotation.fenced", { step: attempt.step }));
      newest = attempt.epoch;
      try {
        return await carryOut({ at, look: lookAround(at), backup, attempt, meanwhile }, effect);
      } catch (error) {
        return unknown(error);
      }
    },
    watch: (writes) => watch(at, writes),
    close: () => at.close(),
  };
};

/** Nobody listens, and nobody hurries. */
const deaf: Meanwhile = { tell: () => undefined };

/** A client of etcd and one of the API, as far as the estate has them. */
const watch = (at: Standpoint, writes: boolean): Witness => {
  const { ports, layout } = at;
  const { etcd, etcdGroup, kubernetes } = layout;
  const witnesses: Witness[] = [];
  if (etcd !== undefined && etcdGroup !== undefined) {
    witnesses.push(startWitness(ports, etcdGroup, etcdClient(at, etcd, writes)));
  }
  if (kubernetes !== undefined) {
    const client = apiClient(ports, kubernetes);
    const witness = startWitness(ports, "kube-apiserver", client.ask);
    witnesses.push({ stop: () => witness.stop().finally(client.close) });
  }
  return together(witnesses);
};

const seenBy = async (look: Look, claim: Claim, backup: RunBackup): Promise<Seen> => {
  try {
    return await observe(look, claim, backup);
  } catch (error) {
    return unknowable(whyOf(error));
  }
};

const observe = async (look: Look, claim: Claim, backup: RunBackup): Promise<Seen> => {
  switch (claim.kind) {
    case "backup": {
      const { verdict, evidence } = await backup.verify();
      if (verdict === "unknowable") return unknowable(evidence);
      return verdict === "holds" ? holds("store", evidence) : fails("store", evidence);
    }
    case "generation":
      return observeGeneration(look, claim);
    case "answered":
      return observeAnswered(look, claim);
    case "holds":
      return observeHolds(look, claim, backup);
    case "restarted":
      return observeRestarted(look, claim);
    case "accepts":
    case "refuses":
      return observeTrust(look, claim);
    case "presents":
      return observePresents(look, claim);
    case "verifies":
      return observeVerifies(look, claim);
    case "healthy":
      return observeHealthy(look, claim);
    case "flags":
      return observeFlags(look, claim);
    case "same-data":
      return observeSameData(look, claim);
    case "lone-member":
      return observeLoneMember(look, claim);
    case "member-awaited":
      return observeMemberAwaited(look, claim);
    case "started-after":
      return observeStartedAfter(look, claim);
    case "data-there":
      return observeDataThere(look, claim);
    case "vacant":
      return observeVacant(look, claim);
    case "follows":
      return observeFollows(look, claim);
    case "informed":
      return observeInformed(look, claim);
    case "unused":
      return observeUnused(look, claim);
    case "made":
      return observeMade(look, claim);
    case "copied":
      return observeCopied(look, claim);
    case "absent":
      return observeAbsent(look, claim);
    case "tokens":
      return observeTokens(look, claim);
    case "token-secrets":
      return observeTokenSecrets(look, claim);
    case "webhooks":
      return observeWebhooks(look, claim);
    case "mesh":
      return unknowable("a mesh has a world of its own");
    case "kubelets-serve":
      return observeKubeletsServe(look, claim);
    case "pods-renewed":
      return observePodsRenewed(look, claim);
  }
};

/**
 * Leadership may have come back since the step that gave it away was proved. A leader that is stopped hands over by
 * itself, but what reaches it meanwhile waits; whether this works is not what the restart is about.
 */
const leadAway = async (
  hands: Hands,
  effect: Extract<Effect, { kind: "consumer.restart" }>,
): Promise<void> => {
  for (const consumer of takenAwayBy(effect)) {
    if (hands.look.consumer(consumer).member === undefined) continue;
    await performLeadershipMove(hands, { kind: "leadership.move", consumer });
  }
};

const carryOut = async (hands: Hands, effect: Effect): Promise<Performed> => {
  switch (effect.kind) {
    case "none":
      return done;
    case "backup.create":
      try {
        await hands.backup.create(effect.slots, effect.groups);
        return done;
      } catch (error) {
        return unknown(error);
      }
    case "node.copy":
      return performNodeCopy(hands, effect);
    case "etcd.vacate":
      return vacateEtcd(hands, effect);
    case "etcd.member-renew":
      return renewMember(hands, effect);
    case "etcd.data-place":
      return placeEtcdData(hands, effect);
    case "etcd.member-promote":
      return promoteMember(hands, effect);
    case "files.make":
      return performFilesMake(hands, effect);
    case "leaves.request":
      return performLeavesRequest(hands, effect);
    case "token-secrets.renew":
      return renewTokenSecrets(hands, effect);
    case "webhooks.open":
      return openWebhooks(hands, effect);
    case "webhooks.close":
      return closeWebhooks(hands, effect);
    case "mesh.publish":
      return refused(failure("mesh.other-effect", { effect: effect.kind }));
    case "kubelet-requests.approve":
      return approveKubeletRequests(hands, effect);
    case "pods.renew":
      return renewPods(hands, effect);
    case "issuer.create":
    case "generation.create":
    case "generation.enlist":
    case "generation.request":
    case "generation.cross-sign":
    case "generation.stage":
      return performGeneration(hands, effect);
    case "slots.write":
      return performSlotsWrite(hands, effect);
    case "consumer.restart":
      await leadAway(hands, effect);
      return restartService(
        hands,
        hands.look.consumer(effect.consumer),
        effect.meanwhile === undefined ? undefined : hands.look.consumer(effect.meanwhile),
        effect.unawaited,
      );
    case "flags.set":
      return performFlagsSet(hands, effect);
    case "leadership.move":
      return performLeadershipMove(hands, effect);
    case "wait":
      await hands.at.ports.timer.sleep(effect.milliseconds);
      return done;
  }
};

import { failure } from "../../core/errors/certwright-error.ts";
import type { Proof } from "../../core/model/claim.ts";
import type { ConsumerId } from "../../core/model/inventory.ts";
import type { Effect } from "../../core/model/plan.ts";
import { workloadOf } from "../../core/recovery/mesh/plan.ts";
import type { KubernetesApi } from "../../ports/kubernetes.ts";
import type { Kubernetes } from "../../ports/kubernetes.ts";
import type { Timer } from "../../ports/timer.ts";
import type { Attempt, Meanwhile, Performed } from "../../ports/world.ts";
import { whyOf } from "../rotation/attempt.ts";
import { unknowable, type Seen } from "../rotation/observe/seen.ts";
import { done, refused, unknown } from "../rotation/perform/outcome.ts";
import { restartRollout } from "../rotation/perform/rollout.ts";
import { startWitness } from "../rotation/witness/witness.ts";
import type { OpenWorld } from "../rotation/world.ts";
import { observeMesh } from "./mesh-observe.ts";
import { publishMesh, type MeshHands } from "./mesh-publish.ts";

export interface MeshWorldOptions {
  readonly ports: MeshHands["ports"] & { readonly timer: Timer; readonly kubernetes: Kubernetes };
  /** Absolute path. */
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly run: string;
}

/** Milliseconds for one call. */
const deadline = 10_000;

/** The engine's eyes and hands on the objects of a mesh's CA: all of it is in one API. */
export const createMeshWorld = ({
  ports,
  kubeconfig,
  namespace,
  run,
}: MeshWorldOptions): OpenWorld => {
  let way: Promise<KubernetesApi> | undefined;
  let newest = 0;
  const open = (): Promise<KubernetesApi> => {
    const opened = (way ??= ports.kubernetes.open({ kubeconfig, deadline }));
    // A kubeconfig that cannot be read may be there at the next call.
    opened.catch(() => (way = undefined));
    return opened;
  };
  const handsOf = async (): Promise<MeshHands> => ({ ports, api: await open(), namespace, run });
  return {
    observe: (claims) =>
      Promise.all(
        claims.map(async (claim): Promise<Proof> => {
          const seen = await handsOf()
            .then((hands) => observeMesh(hands, claim))
            .catch((error: unknown): Seen => unknowable(whyOf(error)));
          return { claim, observedAt: ports.clock.now(), ...seen };
        }),
      ),
    perform: async (effect, attempt, meanwhile = { tell: () => undefined }) => {
      if (attempt.epoch < newest)
        return refused(failure("rotation.fenced", { step: attempt.step }));
      newest = attempt.epoch;
      const apis = { open, close: () => undefined };
      return effect.kind === "consumer.restart"
        ? restart({ at: { ports, apis }, attempt, meanwhile, heals: true }, effect.consumer)
        : write(handsOf, effect);
    },
    watch: () =>
      startWitness(ports, "kube-apiserver", async () => {
        try {
          const { status } = await (await open()).text("/readyz");
          return status === 200 ? undefined : { why: `status ${status}`, refused: false };
        } catch (error) {
          return { why: whyOf(error), refused: false };
        }
      }),
    close: async () => (await way?.catch(() => undefined))?.close(),
  };
};

const write = async (handsOf: () => Promise<MeshHands>, effect: Effect): Promise<Performed> => {
  try {
    if (effect.kind !== "mesh.publish")
      return refused(failure("mesh.other-effect", { effect: effect.kind }));
    await publishMesh(await handsOf(), effect);
    return done;
  } catch (error) {
    return unknown(error);
  }
};

interface RestartHands {
  readonly at: Parameters<typeof restartRollout>[0]["at"];
  readonly attempt: Attempt;
  readonly meanwhile: Meanwhile;
  /** Proxies with a dead root are not ready, and their budgets would wait for them for ever. */
  readonly heals: true;
}

const restart = async (hands: RestartHands, id: ConsumerId): Promise<Performed> => {
  const workload = workloadOf(id);
  if (workload === undefined)
    return refused(failure("mesh.other-effect", { effect: `restart ${id}` }));
  return withoutDoubt(
    await restartRollout(hands, {
      id,
      program: "workload",
      service: { kind: "rollout" },
      kubernetes: { kind: "workload", workload },
    }),
  );
};

/**
 * Of a rollout that comes no further it is known what became: the template is the new one, and its pods are waited for
 * when the step is tried again. While a step is in doubt nothing else is taken away, and one workload that cannot
 * complete would keep all others from being healed.
 */
export const withoutDoubt = (performed: Performed): Performed =>
  performed.kind === "unknown" && performed.failure.code === "rotation.rollout-late"
    ? { kind: "refused", failure: performed.failure }
    : performed;

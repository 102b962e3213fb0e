import { encodeBase64 } from "../../bytes/base64.ts";
import type { Certificate } from "../../model/certificate.ts";
import type { KubernetesWorkload } from "../../model/estate.ts";
import type { ConsumerId } from "../../model/inventory.ts";
import type { MeshCa, MeshPlace, Phase, Step, StepId } from "../../model/plan.ts";
import { formatName } from "../../x509/names.ts";
import { formatInstant } from "../../x509/time.ts";
import { phase, step, takes } from "../steps.ts";
import type { MeshCase } from "./cases.ts";
import type { MeshFacts } from "./facts.ts";

const year = 365 * 86_400_000;
/** istiod's own for its root (CITADEL_SELF_SIGNED_CA_CERT_TTL). */
export const meshRootLifetime = 10 * year;

/** A workload as the consumer of steps: "Deployment/istio-system/istiod". */
export const consumerOf = ({ kind, namespace, name }: KubernetesWorkload): ConsumerId =>
  `${kind}/${namespace}/${name}` as ConsumerId;

/** Undefined: it is the name of something else. */
export const workloadOf = (consumer: ConsumerId): KubernetesWorkload | undefined => {
  const [kind, namespace, name] = consumer.split("/");
  if (namespace === undefined || name === undefined) return undefined;
  if (kind !== "Deployment" && kind !== "DaemonSet" && kind !== "StatefulSet") return undefined;
  return { kind, namespace, name };
};

/** With what the mesh signs at the end, and whom it trusts. */
export const meshCaFor = (facts: MeshFacts, found: MeshCase): MeshCa => {
  const { takenAt: now, signers } = facts;
  const [signer] = signers;
  const key = found.id === "mesh-root-key-lost" ? "new" : "kept";
  const copy = `certwright-before-${formatInstant(now).replaceAll(/[-:]/g, "").slice(0, 15).toLowerCase()}`;
  return {
    secret: key === "new" || signer === undefined ? "cacerts" : signer.secret,
    key,
    until: isWritten(found) ? now + meshRootLifetime - year : now,
    trusts: trustedBeside(facts, found).map(({ der }) => encodeBase64(der)),
    copy,
  };
};

/** Roots of other keys that go on being trusted. */
const trustedBeside = (facts: MeshFacts, found: MeshCase): readonly Certificate[] => {
  const [signer] = facts.signers;
  const kept = found.id !== "mesh-root-key-lost";
  // istio-ca-secret has one root: its own.
  if (!isWritten(found) || (kept && signer?.secret === "istio-ca-secret")) return [];
  const own = kept ? signer?.certificate?.publicKey.id : undefined;
  // What is signed with the kept key needs no former certificate of it.
  return rootsGivenOut(facts).filter(({ publicKey }) => publicKey.id !== own);
};

const isWritten = ({ id }: MeshCase): boolean => id !== "mesh-roots-stale";

/**
 * Roots that verifiers hold and that are still good: of istiod's own namespace alone. In any other its owner can write
 * istio-ca-root-cert, and what is taken from it would become trusted in the whole mesh.
 */
const rootsGivenOut = ({
  namespace,
  signers,
  published,
  takenAt,
}: MeshFacts): readonly Certificate[] => [
  ...new Map(
    [
      ...signers.slice(0, 1).flatMap(({ roots }) => roots),
      ...published.filter((one) => one.namespace === namespace).flatMap(({ roots }) => roots),
    ]
      .filter(({ notAfter }) => notAfter >= takenAt)
      .map((one) => [one.fingerprint, one] as const),
  ).values(),
];

/** Empty where nothing is to be done, or somebody else has to do something first. */
export const meshPhases = (facts: MeshFacts, found: MeshCase | undefined): readonly Phase[] => {
  if (found === undefined || found.first === true) return [];
  const ca = meshCaFor(facts, found);
  const { namespace, proxies } = facts;
  const of = (...kinds: readonly string[]): readonly KubernetesWorkload[] =>
    proxies.filter(({ kind }) => kinds.includes(kind)).map(({ workload }) => workload);
  return [
    phase(
      "copy",
      "A copy of what is there",
      "Kept in the cluster, where the CA's key is already.",
      [
        publish(
          "copy",
          ca,
          `copy the Secrets with the CA, the roots and the webhooks' caBundles into Secret ${namespace}/${ca.copy}`,
        ),
      ],
    ),
    phase(
      "signer",
      "The mesh's CA",
      "istiod reads it when it starts.",
      isWritten(found)
        ? [
            publish(
              "signer",
              ca,
              ca.key === "kept"
                ? `issue the root in ${namespace}/${ca.secret} again for its own key and name, for 10 years${beside(facts, found)}`
                : `make a new root and write it into ${namespace}/${ca.secret}, for 10 years${beside(facts, found)}`,
            ),
          ]
        : [],
    ),
    phase(
      "istiod",
      "istiod",
      "It signs and gives out with the CA that it started with.",
      inTurn(facts.istiod.map(({ workload }) => workload)),
    ),
    phase(
      "roots",
      "What the mesh gives out",
      "After istiod, which would write its former root over them.",
      [
        publish(
          "roots",
          ca,
          "have istio-ca-root-cert of every namespace give out the mesh's roots",
        ),
        publish("webhooks", ca, "have the API server call istiod's webhooks with the mesh's roots"),
      ],
    ),
    phase(
      "gateways",
      "Gateways and ztunnel",
      "What comes from outside goes through them.",
      inTurn(of("ztunnel", "gateway")),
    ),
    phase(
      "workloads",
      "Workloads with a sidecar",
      "A proxy that starts takes the root and a leaf below it.",
      // One that does not come up keeps none of the others from it.
      inTurn(of("sidecar"), "each by itself"),
    ),
  ].filter(({ steps }) => steps.length > 0);
};

/** By name and fingerprint: whoever agrees to it says yes to each of them as an anchor of the whole mesh. */
const beside = (facts: MeshFacts, found: MeshCase): string => {
  const roots = trustedBeside(facts, found);
  if (roots.length === 0) return "";
  const words = roots.map(
    ({ subject, fingerprint }) =>
      `${formatName(subject) || "an empty subject"} (SHA-256 ${fingerprint})`,
  );
  return `, trusted beside it: ${words.join(", ")}`;
};

const publish = (what: MeshPlace, ca: MeshCa, title: string): Step =>
  step(`mesh.${what}`, title, { kind: "mesh.publish", what, ca }, [{ kind: "mesh", what, ca }], {
    expected: takes.publish,
    requires: what === "copy" ? [] : [{ kind: "mesh", what: "copy", ca }],
  });

/** One after the other, in an order that is the same every time. */
const inTurn = (
  workloads: readonly KubernetesWorkload[],
  needing: "the one before" | "each by itself" = "the one before",
): readonly Step[] => {
  const consumers = workloads.map(consumerOf).toSorted();
  return consumers.map((consumer, i) =>
    step(
      idOf(consumer),
      `restart ${consumer}`,
      { kind: "consumer.restart", consumer },
      [{ kind: "restarted", consumer }],
      {
        expected: takes.rollout,
        hazard: "disruptive",
        needs: i === 0 || needing === "each by itself" ? [] : [idOf(consumers[i - 1]!)],
        risk: "its pods are replaced as its strategy and their disruption budgets allow; where those allow nothing, the run waits",
      },
    ),
  );
};

const idOf = (consumer: ConsumerId): StepId => `mesh.restart.${consumer}` as StepId;

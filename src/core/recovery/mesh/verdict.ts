import type { Certificate, Instant } from "../../model/certificate.ts";
import type { Phase } from "../../model/plan.ts";
import { some } from "../../text/some.ts";
import { formatName } from "../../x509/names.ts";
import { formatInstant } from "../../x509/time.ts";
import { screenText } from "../verdict-screen.ts";
import type { Interruption, OutlinedStep } from "../verdict.ts";
import { meshCaseOf, type MeshCase } from "./cases.ts";
import type { MeshFacts, MeshSigner } from "./facts.ts";

/** One screen, and what is printed as JSON. */
export interface MeshVerdict {
  readonly verdict: {
    readonly case: MeshCase["id"] | "sound";
    readonly title: string;
    readonly not: readonly string[];
    readonly cases: readonly Pick<MeshCase, "id" | "title" | "remedy" | "not" | "citation">[];
    /** How it is known: what stands in which object. */
    readonly seen: readonly string[];
  };
  /** For good. */
  readonly lost: readonly string[];
  readonly recoverable: readonly string[];
  readonly interruptions: readonly Interruption[];
  readonly steps: readonly OutlinedStep[];
}

export const meshVerdictOf = (facts: MeshFacts, phases: readonly Phase[]): MeshVerdict => {
  const found = meshCaseOf(facts);
  const steps = phases.flatMap((one) => one.steps);
  const { first: _, ...said } = found ?? {};
  return {
    verdict: {
      case: found?.id ?? "sound",
      title:
        found?.title ??
        "the mesh's CA is valid, has its key, and everybody was given its root; what proxies hold and present was not looked at",
      not: found === undefined ? [] : [found.not],
      cases: found === undefined ? [] : [said as MeshCase],
      seen: seenIn(facts),
    },
    lost:
      found?.id === "mesh-root-key-lost"
        ? [
            "the key of the mesh's root: it is in no Secret; whoever trusts only that root has to be given the new one",
          ]
        : [],
    recoverable:
      found?.id === "mesh-root-expired" || found?.id === "mesh-root-ending"
        ? ["the root: its key and its name stay"]
        : [],
    interruptions: found === undefined ? [] : interruptionsOf(facts, found, phases),
    steps: steps.map(({ id, title, expected, hazard }) => ({
      id,
      title,
      expected,
      disruptive: hazard === "disruptive",
    })),
  };
};

const interruptionsOf = (
  facts: MeshFacts,
  found: MeshCase,
  phases: readonly Phase[],
): readonly Interruption[] => {
  const restarts = phases
    .flatMap(({ steps }) => steps)
    .filter(({ hazard }) => hazard === "disruptive");
  const expected = restarts.reduce((sum, one) => sum + one.expected, 0);
  return [
    {
      what:
        found.id === "mesh-root-ending"
          ? "connections between proxies: none is expected to fail, while pods are replaced as their strategies say"
          : found.id === "mesh-root-key-lost"
            ? "new connections between proxies fail where one side has been restarted and the other has not, for that one does not know the new root; until the last was restarted"
            : found.id === "mesh-roots-stale"
              ? "connections between proxies: those that started with a root that was given out and is not the CA's fail with others until they are restarted; whether there are any was not looked at"
              : "new connections between proxies fail now, and until both sides have been restarted",
      ...(restarts.length === 0 ? {} : { expected }),
    },
    ...(restarts.length === 0
      ? []
      : [{ what: `${restarts.length} workloads are restarted, in the order of the steps` }]),
    ...facts.unmoved.map((workload) => ({
      what: `${workload}: nothing here replaces its pods; they keep what they started with until you do`,
    })),
    ...facts.alone.map((pod) => ({
      what: `pod ${pod} has a proxy, and nobody makes it again: it keeps what it started with until you replace it`,
    })),
  ];
};

const seenIn = ({
  takenAt,
  namespace,
  signers,
  published,
  webhooks,
  istiod,
}: MeshFacts): readonly string[] => [
  ...signers.map(
    (one, i) =>
      `Secret ${namespace}/${one.secret}${i === 0 ? "" : " (istiod takes the other one)"}: ${signerWords(one, takenAt)}`,
  ),
  ...(signers.length === 0
    ? [`neither Secret ${namespace}/cacerts nor ${namespace}/istio-ca-secret is there`]
    : []),
  ...grouped(published.map(({ namespace: its, roots }) => [its, rootsWords(roots, takenAt)])).map(
    ([where, words]) => `ConfigMap istio-ca-root-cert in ${where}: ${words}`,
  ),
  ...grouped(
    webhooks.map(({ configuration, name, roots }) => [
      `${configuration} (${name})`,
      rootsWords(roots, takenAt),
    ]),
  ).map(([where, words]) => `caBundle of ${where}: ${words}`),
  ...istiod.map(
    ({ workload, wanted, available }) =>
      `${workload.kind} ${workload.namespace}/${workload.name}: ${available} of ${wanted} pods available`,
  ),
  ...(istiod.length === 0 ? [`no Deployment with app=istiod is in ${namespace}`] : []),
];

/** Places with the same words on one line. */
const grouped = (
  pairs: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] => {
  const groups = new Map<string, string[]>();
  for (const [where, words] of pairs) groups.set(words, [...(groups.get(words) ?? []), where]);
  return [...groups].map(([words, places]) => [some(places), words]);
};

const signerWords = ({ certificate, key }: MeshSigner, now: Instant): string => {
  if (certificate === undefined) return "no certificate that can be read";
  const has =
    key === undefined
      ? "no key that can be read"
      : key === certificate.publicKey.id
        ? "its key is there"
        : "the key is another one's";
  return `${certificateWords(certificate, now)}; ${has}`;
};

const rootsWords = (roots: readonly Certificate[], now: Instant): string =>
  roots.length === 0 ? "no certificate" : roots.map((one) => certificateWords(one, now)).join("; ");

const certificateWords = ({ subject, fingerprint, notAfter }: Certificate, now: Instant): string =>
  `${formatName(subject) || "an empty subject"} ${fingerprint.slice(0, 12)}…, ${notAfter < now ? "expired" : "valid until"} ${formatInstant(notAfter)}`;

/** The screen as text. */
export const meshVerdictText = (found: MeshVerdict): string =>
  screenText(found, { seen: found.verdict.seen });

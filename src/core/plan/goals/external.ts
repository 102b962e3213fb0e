import type { BlindSpot } from "../../model/inventory.ts";
import type { ExternalCa, Phase, Step } from "../../model/plan.ts";
import type { PlanFinding } from "../finding.ts";
import { expected, step } from "../phases/step.ts";
import type { Survey } from "../survey.ts";
import type { Target } from "../work.ts";

type Targets = ReadonlyMap<string, Target>;

/**
 * The phases of a rotation whose new generations an external CA signs, or is: instead of being made they are asked for,
 * and that comes first. The answer may take days, and until it is there nothing is changed and no backup grows old.
 */
export const asked = (
  phases: readonly Phase[],
  targets: Targets,
  external: ExternalCa,
): readonly Phase[] => [
  ask([...targets.values()], external),
  ...phases.flatMap((phase): readonly Phase[] => {
    if (phase.id !== "stage") return [phase];
    const made = new Set(
      phase.steps.flatMap(({ id, effect }) => (effect.kind === "generation.create" ? [id] : [])),
    );
    const steps = phase.steps
      .filter(({ id }) => !made.has(id))
      .map((one) => Object.assign({ ...one }, { needs: one.needs.filter((id) => !made.has(id)) }));
    return steps.length === 0 ? [] : [{ ...phase, title: "Sign the new generation", steps }];
  }),
];

const ask = (targets: readonly Target[], external: ExternalCa): Phase => ({
  id: "ask",
  title: `Have ${external.subject} sign ${external.leaves === undefined ? "the new generation" : "every leaf"}`,
  why:
    external.leaves === undefined
      ? `The new generation stands below ${external.subject}: certwright makes its key and a signing request, hands the request out and stops. Once the answer has been taken (certwright answer), it goes on; until then nothing in the estate is changed.`
      : `The new generation is ${external.subject}, whose key is never here: certwright hands out a signing request for each leaf and stops. Once all answers have been taken (certwright answer), it goes on; until then nothing in the estate is changed.`,
  steps: targets.map((target) =>
    external.leaves === undefined
      ? askForCa(target, external)
      : enlist(target, external.subject, external.leaves.certificates),
  ),
  rollback: [],
});

const askForCa = ({ issuer, next }: Target, { subject, fingerprint }: ExternalCa): Step =>
  step({
    id: `ask.sign.${issuer}`,
    title: `Have generation ${next} of ${issuer} signed by ${subject}`,
    effect: { kind: "generation.request", issuer, number: next },
    proves: [{ kind: "generation", issuer, number: next, stage: "staged", under: fingerprint }],
    expected: expected.person,
    risk: "an answer that does not fit is refused with what is wrong with it, and nothing is written",
  });

const enlist = ({ issuer, next }: Target, subject: string, certificates: readonly string[]): Step =>
  step({
    id: `ask.enlist.${issuer}`,
    title: `Know ${subject} as generation ${next} of ${issuer}`,
    effect: { kind: "generation.enlist", issuer, number: next, certificates },
    proves: [{ kind: "generation", issuer, number: next, stage: "staged" }],
    expected: expected.generation,
  });

/** What an external CA cannot do for these issuers. */
export const checkExternal = (
  survey: Survey,
  targets: Targets,
  external: ExternalCa,
): readonly PlanFinding[] => {
  const { subject } = external;
  const keyPairs = [...targets.values()].flatMap(({ issuer, keyPair }) =>
    keyPair
      ? [
          {
            rule: "external-key-pair",
            subject: issuer,
            text: `${issuer} is a key pair without certificates: ${subject} cannot sign it`,
            evidence: [],
            cure: `rotate it apart: certwright plan rotate ${issuer}`,
          },
        ]
      : [],
  );
  return external.leaves === undefined
    ? keyPairs
    : [...keyPairs, ...checkAlone(survey, targets, external, external.leaves.key)];
};

/**
 * One CA for one purpose: whoever trusted a CA of everything would take a kubelet for a front proxy, which may speak
 * for anybody, or for a client of etcd, which may read everything (kubernetes.io, aggregation layer: a CA of its own).
 */
const checkAlone = (
  survey: Survey,
  targets: Targets,
  { subject, fingerprint }: ExternalCa,
  key: string,
): readonly PlanFinding[] => {
  const wanted = [...targets.keys()];
  const others = survey.inventory.issuers.filter(
    ({ name, generations }) =>
      !targets.has(name) && generations.some((generation) => generation.key === key),
  );
  if (wanted.length > 1 || others.length > 0) {
    const names = [...wanted, ...others.map(({ name }) => name)];
    return [
      {
        rule: "external-shared",
        subject: names.join(", "),
        text: `${subject} would sign for ${names.join(" and ")} alike, and whoever it signs for one of them would be let in by the others`,
        evidence: [`SHA-256 ${fingerprint.slice(0, 16)}`],
        cure: `have a CA opened for each of them, and rotate one after the other: certwright plan rotate ${wanted[0]!} --to-external FILE --external-signs leaves`,
      },
    ];
  }
  return [...targets.values()].flatMap(({ issuer, current }) =>
    current.key === key
      ? [
          {
            rule: "external-already",
            subject: issuer,
            text: `${subject} is generation ${current.number} of ${issuer}, which signs already`,
            evidence: [],
            cure: "have its leaves renewed: certwright plan renew --all",
          },
        ]
      : [],
  );
};

export const externalSpots = (targets: Targets, external: ExternalCa): readonly BlindSpot[] =>
  external.leaves === undefined
    ? [anchorSpot(targets, external)]
    : [anchorSpot(targets, external), othersSpot(targets, external)];

/**
 * What is trusted is the generation itself and not the external root, which would let in whatever else that signs. Go
 * and Java take an intermediate for an anchor; OpenSSL does only with X509_V_FLAG_PARTIAL_CHAIN.
 */
const anchorSpot = (targets: Targets, { subject }: ExternalCa): BlindSpot => ({
  id: "partial-chain",
  where: "clients that verify by OpenSSL",
  why: `they are given the new CA alone and not ${subject} above it; Python before 3.13, Node.js and nginx do not take a CA for an anchor that is no root, whereas Go, Java, curl and what Kubernetes and etcd consist of do`,
  cure: `have those clients trust ${subject} besides, or verify with partial chains (X509_V_FLAG_PARTIAL_CHAIN)`,
  issuers: [...targets.keys()],
});

/** A certificate's organisations are its holder's groups: who signs O=system:masters makes administrators. */
const othersSpot = (targets: Targets, { subject }: ExternalCa): BlindSpot => ({
  id: "external-signs-others",
  where: subject,
  why: `everybody for whom it signs a client's certificate is let in with the name and the groups that it puts there (O=system:masters is everything), and whoever it signs for otherwise as well; certwright sees nothing of that`,
  cure: "have it sign for this cluster alone, and no subject that was not asked for",
  issuers: [...targets.keys()],
});

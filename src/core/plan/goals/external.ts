import type { BlindSpot } from "../../model/inventory.ts";
import type { ExternalCa, Phase, Step } from "../../model/plan.ts";
import type { PlanFinding } from "../finding.ts";
import { expected, step } from "../phases/step.ts";
import type { Target } from "../work.ts";

type Targets = ReadonlyMap<string, Target>;

/**
 * The phases of a rotation whose new generations an external CA signs: instead of being made they are asked for, and
 * that comes first. The answer may take days, and until it is there nothing is changed and no backup grows old.
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

const ask = (targets: readonly Target[], { subject, fingerprint }: ExternalCa): Phase => ({
  id: "ask",
  title: `Have ${subject} sign the new generation`,
  why: `The new generation stands below ${subject}: certwright makes its key and a signing request, hands the request out and stops. Once the answer has been taken (certwright answer), it goes on; until then nothing in the estate is changed.`,
  steps: targets.map(({ issuer, next }): Step =>
    step({
      id: `ask.sign.${issuer}`,
      title: `Have generation ${next} of ${issuer} signed by ${subject}`,
      effect: { kind: "generation.request", issuer, number: next },
      proves: [{ kind: "generation", issuer, number: next, stage: "staged", under: fingerprint }],
      expected: expected.person,
      risk: "an answer that does not fit is refused with what is wrong with it, and nothing is written",
    }),
  ),
  rollback: [],
});

/** Bare keys have no certificate that anybody could sign. */
export const checkExternal = (targets: Targets, { subject }: ExternalCa): readonly PlanFinding[] =>
  [...targets.values()].flatMap(({ issuer, keyPair }) =>
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

/**
 * What is trusted is the generation itself and not the external root, which would let in whatever else that signs. Go
 * and Java take an intermediate for an anchor; OpenSSL does only with X509_V_FLAG_PARTIAL_CHAIN.
 */
export const anchorSpot = (targets: Targets, { subject }: ExternalCa): BlindSpot => ({
  id: "partial-chain",
  where: "clients that verify by OpenSSL",
  why: `they are given the new CA alone and not ${subject} above it; Python before 3.13, Node.js and nginx do not take a CA for an anchor that is no root, whereas Go, Java, curl and what Kubernetes and etcd consist of do`,
  cure: `have those clients trust ${subject} besides, or verify with partial chains (X509_V_FLAG_PARTIAL_CHAIN)`,
  issuers: [...targets.keys()],
});

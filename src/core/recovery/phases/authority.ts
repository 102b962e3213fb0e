import type { Claim } from "../../model/claim.ts";
import type { Step } from "../../model/plan.ts";
import type { Situation } from "../cases.ts";
import { isStacked } from "../judge.ts";
import { step, takes, type RecoveryOptions } from "../steps.ts";
import type { TreeCa } from "../tree.ts";

const profiles = {
  ca: "kubernetes-ca",
  "front-proxy-ca": "front-proxy-ca",
  "etcd/ca": "etcd-ca",
  sa: "tokens",
} as const;

export const casSteps = (
  { cas, facts }: Situation,
  { issuers }: RecoveryOptions,
  fresh: ReadonlySet<TreeCa | "sa">,
): readonly Step[] =>
  (["ca", "front-proxy-ca", "etcd/ca", "sa"] as const)
    .filter((ca) => ca !== "etcd/ca" || isStacked(facts))
    .flatMap((ca) => {
      const { issuer, generation } = issuers[ca];
      const proves: readonly Claim[] = [
        { kind: "generation", issuer, number: generation, stage: "issuing" },
      ];
      if (fresh.has(ca)) {
        return [
          step(
            `authority.create.${issuer}`,
            ca === "sa" ? "make a new key pair for ServiceAccount tokens" : `make a new ${issuer}`,
            { kind: "issuer.create", issuer, profile: profiles[ca] },
            proves,
            { expected: takes.issuer },
          ),
        ];
      }
      if (ca !== "sa" && cas[ca].key === "on-node")
        return [
          step(
            `authority.adopt.${issuer}`,
            `take ${issuer} over from a node that has it${cas[ca].certificate === "expired" ? ", with a new certificate for its key and name" : ""}`,
            { kind: "none" },
            proves,
            { expected: takes.issuer },
          ),
        ];
      return [];
    });

import type { Goal } from "../../model/plan.ts";

/** A goal in a few words: "rotate etcd-ca (bundle)". */
export const goalWords = (goal: Goal): string => {
  switch (goal.kind) {
    case "rotate":
      return `rotate ${goal.issuers.join(", ")} (${goal.protocol})${goal.external === undefined ? "" : ` to ${goal.external.subject}`}`;
    case "renew":
      return `renew ${goal.slots.length} certificate${goal.slots.length === 1 ? "" : "s"}${goal.key === "new" ? " with new keys" : ""}`;
    case "replace-key":
      return `replace the key of ${goal.issuer}`;
    case "recover":
      return `recover ${goal.cluster} (${goal.case})`;
    case "recover-mesh":
      return `recover the ${goal.mesh} mesh in ${goal.namespace} (${goal.case})`;
    case "drop-trust":
      return `drop generation ${goal.generation} of ${goal.issuer}`;
  }
};

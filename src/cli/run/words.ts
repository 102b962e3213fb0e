import type { Proof } from "../../core/model/claim.ts";
import type { Step } from "../../core/model/plan.ts";
import { claimWords } from "../../core/run/claim-words.ts";
import type { Activity } from "../../engine/run/carry-out.ts";

// Short words for what a run does.

/** What a step does to its consumer, as one word or two. */
export const effectWords = ({ id, effect }: Step): string => {
  switch (effect.kind) {
    case "none":
      // "trust.proved", "drop.ready": the planner's own word.
      return id.split(".", 3)[1] ?? "proved";
    case "backup.create":
      return "back up";
    case "node.copy":
      return "copy";
    case "etcd.vacate":
      return "make room";
    case "etcd.data-place":
      return "place data";
    case "etcd.member-renew":
      return "replace member";
    case "etcd.member-promote":
      return "have it vote";
    case "files.make":
      return "make files";
    case "issuer.create":
      return "create issuer";
    case "token-secrets.renew":
      return "renew tokens";
    case "webhooks.open":
      return "hold webhooks open";
    case "webhooks.close":
      return "close webhooks";
    case "mesh.publish":
      return effect.what === "copy" ? "copy" : "write";
    case "kubelet-requests.approve":
      return "approve requests";
    case "pods.renew":
      return "replace pods";
    case "generation.create":
      return "create generation";
    case "generation.enlist":
      return "create generation";
    case "generation.request":
    case "leaves.request":
      return "ask";
    case "generation.cross-sign":
      return "cross-sign";
    case "generation.stage":
      return effect.stage;
    case "slots.write":
      return effect.during === "stopped" ? "stop, write, start" : "write";
    case "consumer.restart":
      return "restart";
    case "flags.set":
      return "set flags";
    case "leadership.move":
      return "move leadership";
    case "wait":
      return "wait";
  }
};

export const everyone = "all";

/** Whom a step concerns: a consumer, an issuer, or everyone. */
export const subjectOf = ({ effect }: Step): string => {
  if ("node" in effect && effect.node !== undefined) return effect.node;
  if ("consumer" in effect) return effect.consumer;
  if ("issuer" in effect) return effect.issuer;
  return everyone;
};

/** What a step waits for; undefined: it does not wait, or does not say for what. */
export const awaitedWords = (activity: Activity): string | undefined => {
  if (activity.kind === "proving") return unmetWords(activity.unmet);
  return activity.kind === "acting" ? activity.awaited : undefined;
};

/** The first of the claims that do not hold, with what was seen, and how many more there are. */
export const unmetWords = (unmet: readonly Proof[]): string => {
  const [first] = unmet;
  if (first === undefined) return "";
  const seen = first.evidence === "" ? "" : ` (${first.evidence})`;
  const more = unmet.length === 1 ? "" : ` and ${unmet.length - 1} more`;
  return `${claimWords(first.claim)}${seen}${more}`;
};

/** "holds", with how many pods may have an old token: the next step wants a word about those. */
export const heldWords = (proofs: readonly Proof[]): string =>
  [
    "holds",
    ...proofs.flatMap(({ claim, evidence }) => (claim.kind === "tokens" ? evidence : [])),
  ].join(": ");

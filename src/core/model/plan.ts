import type { Brand } from "./brand.ts";
import type { Fingerprint, Instant } from "./certificate.ts";
import type { Claim, Content } from "./claim.ts";
import type {
  BlindSpot,
  ConsumerId,
  Digest,
  EstateVersion,
  HolderFacts,
  SlotId,
} from "./inventory.ts";
import type { Stage } from "./stage.ts";

/** "trust.write.etcd-1/etcd": unique in its plan, and the same in every plan with the same goal over the same estate. */
export type StepId = Brand<string, "StepId">;

export type Goal =
  /** A new generation of each of these issuers in the place of the current one. */
  | {
      readonly kind: "rotate";
      readonly issuers: readonly string[];
      readonly protocol: Protocol;
      /** The new generations are intermediates below this CA, which signs them somewhere else. */
      readonly external?: ExternalCa;
    }
  /** New leaves from the current generation. */
  | { readonly kind: "renew"; readonly slots: readonly SlotId[]; readonly key: "same" | "new" }
  /** The issuer's key is not to be trusted any longer: the fast way, with an outage that the plan states. */
  | { readonly kind: "replace-key"; readonly issuer: string }
  /** Verifiers forget a generation that nobody presents any more. */
  | { readonly kind: "drop-trust"; readonly issuer: string; readonly generation: number };

/** The root of a CA whose key certwright never has. */
export interface ExternalCa {
  readonly fingerprint: Fingerprint;
  /** RFC 4514. */
  readonly subject: string;
}

/**
 * How verifiers come to accept the new generation. "bundle": each trusts old and new first (trust, switch, drop).
 * "cross-signed": the new generation is also signed by the old one and sent along, so nobody need trust it first.
 */
export type Protocol = "bundle" | "cross-signed";

/** Made by the planner, shown to people, kept as a file, carried out as it stands or not at all. Plain JSON, no secrets. */
export interface Plan {
  readonly format: "certwright.plan/1";
  /** Over everything else in the plan. */
  readonly digest: Digest;
  readonly goal: Goal;
  /** For a rotation: why this protocol. */
  readonly reason?: string;
  readonly basis: {
    readonly inventory: Digest;
    readonly estate: EstateVersion;
    /** Digest of each thing that the inventory's is made of ("slot etcd-1/server"), to name what has changed since. */
    readonly parts: Readonly<Record<string, Digest>>;
  };
  readonly createdAt: Instant;
  /** Apply refuses an older plan. */
  readonly expiresAt: Instant;
  /** Carried out one after the other. */
  readonly phases: readonly Phase[];
  readonly blind: readonly BlindSpot[];
  /** Of whom its claims tell; absent: of nobody. */
  readonly holders?: readonly HolderFacts[];
}

export interface Phase {
  /** "preflight", "heal", "trust", "switch", "drop", … unique in its plan. */
  readonly id: string;
  readonly title: string;
  /** What it is for and what holds at its end, for a tired person. */
  readonly why: string;
  readonly steps: readonly Step[];
  /**
   * Brings back what held before the phase, whatever part of it was carried out: a step whose `proves` already hold
   * is passed over. Empty when the phase changes nothing, or cannot be undone.
   */
  readonly rollback: readonly Step[];
}

export interface Step {
  readonly id: StepId;
  readonly title: string;
  /** Steps of the same phase and list that must have settled. */
  readonly needs: readonly StepId[];
  /** Proved afresh right before the effect leaves. */
  readonly requires: readonly Claim[];
  readonly effect: Effect;
  /** Proved before the step counts as done. When all hold beforehand, the effect is not sent. */
  readonly proves: readonly Claim[];
  /** "disruptive": connections are cut or a member is away; "one-way": rollback ends here. */
  readonly hazard: "safe" | "disruptive" | "one-way";
  /**
   * Disruptive steps with the same word disturb each other no more than so many of them do at once, in the eyes of the
   * planner; an engine may do fewer. A disruptive step without it is carried out while no other one is.
   */
  readonly beside?: { readonly word: string; readonly most: number };
  /** An operator has to say yes to this step by name before it is carried out. */
  readonly approval: boolean;
  /** Milliseconds that it takes as a rule; an estimate for people, never a deadline. */
  readonly expected: number;
  /** Of `expected`: what the program itself takes for its restart, whatever anybody does about it. */
  readonly imposed?: { readonly milliseconds: number; readonly why: string };
  /** The gap that the plan announces: while this step is at it nobody of these groups answers, for about so long. */
  readonly gap?: { readonly groups: readonly string[]; readonly milliseconds: number };
  /** What can go wrong, and what is done then. */
  readonly risk?: string;
}

/** What a step does: one thing. Sending it twice does no more than sending it once. */
export type Effect =
  /**
   * Nothing: the step is its proofs. `reloaded`: nobody but its owner can make that consumer read its files again;
   * by approving the step an operator says that it has.
   */
  | { readonly kind: "none"; readonly reloaded?: ConsumerId }
  /** Copies every file that the plan changes, and takes, restores and compares a snapshot of each group's data. */
  | {
      readonly kind: "backup.create";
      readonly slots: readonly SlotId[];
      readonly groups: readonly string[];
    }
  /** A new key and CA certificate under this number; one that is there already is left as it is. */
  | { readonly kind: "generation.create"; readonly issuer: string; readonly number: number }
  /** A new key and the request that an external CA is to sign; done when it has been answered. */
  | { readonly kind: "generation.request"; readonly issuer: string; readonly number: number }
  | {
      readonly kind: "generation.cross-sign";
      readonly issuer: string;
      readonly number: number;
      readonly by: number;
    }
  | {
      readonly kind: "generation.stage";
      readonly issuer: string;
      readonly number: number;
      readonly stage: Stage;
    }
  /**
   * Compare and swap at the places of one consumer's slots.
   * `during` "stopped": the consumer is stopped before and started after, so that a new key and its certificate are never apart for it.
   */
  | {
      readonly kind: "slots.write";
      readonly consumer: ConsumerId;
      readonly during: "running" | "stopped";
      readonly writes: readonly SlotWrite[];
    }
  | { readonly kind: "consumer.restart"; readonly consumer: ConsumerId }
  /** Changes flags in its manifest, which restarts it; those that are so already are left as they are. Names without dashes. */
  | {
      readonly kind: "flags.set";
      readonly consumer: ConsumerId;
      readonly flags: Readonly<Record<string, string>>;
    }
  /** Gives the leadership of its group to another member. */
  | { readonly kind: "leadership.move"; readonly consumer: ConsumerId }
  | { readonly kind: "wait"; readonly milliseconds: number };

export interface SlotWrite {
  readonly slot: SlotId;
  readonly content: Content;
  /** What must be there now: bytes of the inventory, a content that an earlier step wrote, or either of several. */
  readonly expect: readonly Expected[];
}

export type Expected =
  | { readonly kind: "digest"; readonly digest: Digest }
  | { readonly kind: "absent" }
  | { readonly kind: "content"; readonly content: Content };

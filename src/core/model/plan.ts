import type { Brand } from "./brand.ts";
import type { Fingerprint, Instant, KeyId } from "./certificate.ts";
import type { Claim, Content } from "./claim.ts";
import type { MadeFile } from "./made-file.ts";
import type {
  BlindSpot,
  ConsumerId,
  Digest,
  EstateVersion,
  HolderFacts,
  SlotId,
  Turn,
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
  /** A cluster whose PKI is lost, expired or wrong is given one again; `case`: what had happened. */
  | { readonly kind: "recover"; readonly cluster: string; readonly case: string }
  /** A mesh whose root is lost, expired or about to end is given one again, by objects of the API that a kubeconfig names. */
  | {
      readonly kind: "recover-mesh";
      readonly mesh: "istio";
      readonly namespace: string;
      /** Absolute path. */
      readonly kubeconfig: string;
      readonly case: string;
    }
  /** Verifiers forget a generation that nobody presents any more. */
  | { readonly kind: "drop-trust"; readonly issuer: string; readonly generation: number };

/** A CA whose key certwright never has: a root, or with `leaves` the one that signs them. */
export interface ExternalCa {
  readonly fingerprint: Fingerprint;
  /** RFC 4514. */
  readonly subject: string;
  /** It signs no CA, but answers for each leaf. */
  readonly leaves?: {
    readonly key: KeyId;
    /** DER in base64: its own certificate, then those above it. */
    readonly certificates: readonly string[];
  };
}

/** A leaf that somebody else has to sign. */
export interface AskedLeaf {
  readonly slot: SlotId;
  readonly content: Extract<Content, { readonly kind: "leaf" }>;
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
  /** Copies these files and folders on their node, with owners and modes, into a folder there that is new. */
  | {
      readonly kind: "node.copy";
      /** Absent: the operator's machine. */
      readonly node?: string;
      readonly from: readonly string[];
      readonly to: string;
    }
  /** Takes the manifest of a node's etcd away, waits until it has ended, and moves what is left of its data to `aside`. */
  | {
      readonly kind: "etcd.vacate";
      readonly node: string;
      readonly manifest: string;
      /** "/var/lib/etcd" */
      readonly directory: string;
      readonly aside: string;
    }
  /** Takes the manifest away again, and moves the data that its program has put into the folder `from` to where etcd looks for it. */
  | {
      readonly kind: "etcd.data-place";
      readonly node: string;
      readonly manifest: string;
      readonly from: string;
      readonly directory: string;
    }
  /** Has the living members put a new one that does not vote yet in the place of that node's former one. */
  | {
      readonly kind: "etcd.member-renew";
      readonly group: string;
      readonly node: string;
      readonly peerUrl: string;
    }
  /** Has that node's member vote, once it has the others' data. */
  | {
      readonly kind: "etcd.member-promote";
      readonly group: string;
      readonly node: string;
      readonly peerUrl: string;
    }
  /** Empties token Secrets whose tokens nobody accepts: a controller-manager fills them again. */
  | {
      readonly kind: "token-secrets.renew";
      readonly issuer: string;
      readonly generation: number;
      readonly others: readonly KeyId[];
    }
  /** Has pods replaced that hold a dead CA or a dead token: one workload after the other, in their turns. */
  | ({ readonly kind: "pods.renew" } & RenewedPods)
  /** Approves what kubelets of these nodes ask for to serve with, where it is themselves that they ask for. */
  | { readonly kind: "kubelet-requests.approve"; readonly nodes: readonly NodeIdentity[] }
  /** Lets what these would refuse for want of an answer in (failurePolicy Ignore), and notes on their objects which were changed. */
  | { readonly kind: "webhooks.open"; readonly webhooks: readonly Webhook[] }
  /** Gives those that are noted there their policy back. */
  | { readonly kind: "webhooks.close"; readonly webhooks: readonly Webhook[] }
  /** Makes files on a node (absent: the operator's machine), whatever is there; what is right already is left. */
  | {
      readonly kind: "files.make";
      readonly node?: string;
      readonly files: readonly MadeFile[];
    }
  /**
   * An issuer with its first generation; one that is there already is left as it is. "tokens": no CA, a key pair;
   * "root": as `certwright etcd init` makes its CAs.
   */
  | {
      readonly kind: "issuer.create";
      readonly issuer: string;
      readonly profile: string;
    }
  /** A new key and CA certificate under this number; one that is there already is left as it is. */
  | { readonly kind: "generation.create"; readonly issuer: string; readonly number: number }
  /** A new key and the request that an external CA is to sign; done when it has been answered. */
  | { readonly kind: "generation.request"; readonly issuer: string; readonly number: number }
  /** An external CA under this number, whose key is never here; DER in base64, its own certificate first. */
  | {
      readonly kind: "generation.enlist";
      readonly issuer: string;
      readonly number: number;
      readonly certificates: readonly string[];
    }
  /** Requests for leaves of a generation whose key is elsewhere; done when all have been answered. */
  | ({ readonly kind: "leaves.request" } & AskedLeaves)
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
  /**
   * `meanwhile`: what only this one uses, on its node; it is restarted while this one is away, and back before it.
   * `unawaited`: it is not ready before others of its group are, so that nobody waits for that here.
   */
  | {
      readonly kind: "consumer.restart";
      readonly consumer: ConsumerId;
      readonly meanwhile?: ConsumerId;
      readonly unawaited?: true;
    }
  /** Changes flags in its manifest, which restarts it; those that are so already are left as they are. Names without dashes. */
  | {
      readonly kind: "flags.set";
      readonly consumer: ConsumerId;
      readonly flags: Readonly<Record<string, string>>;
    }
  /** Gives the leadership of its group to another member. */
  | { readonly kind: "leadership.move"; readonly consumer: ConsumerId }
  /** Puts the mesh's CA, its roots, or a copy of what was there before into objects of the API. */
  | { readonly kind: "mesh.publish"; readonly what: MeshPlace; readonly ca: MeshCa }
  | { readonly kind: "wait"; readonly milliseconds: number };

/** A Secret with what was there before; the Secret of istiod; ConfigMaps istio-ca-root-cert; caBundle of istiod's webhooks. */
export type MeshPlace = "copy" | "signer" | "roots" | "webhooks";

/** With what a mesh shall sign, and whom it shall trust. */
export interface MeshCa {
  readonly secret: "istio-ca-secret" | "cacerts";
  /** "kept": the one in the Secret, and with it the root's name; "new": one that is made when it is written. */
  readonly key: "kept" | "new";
  /** The root has to be good until then. */
  readonly until: Instant;
  /** DER in base64 of roots that stay trusted beside it. */
  readonly trusts: readonly string[];
  /** Name of the Secret with the copy. */
  readonly copy: string;
}

/** A webhook that an API server asks before it lets something in. */
export interface Webhook {
  readonly kind: "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration";
  /** Name of the object that it is in. */
  readonly configuration: string;
  /** "check.shop.example" */
  readonly name: string;
  /** Its place in there, from 0, when it was looked at. */
  readonly index: number;
}

/** A node as its object of the API says. */
export interface NodeIdentity {
  readonly name: string;
  /** Every name and address. */
  readonly names: readonly string[];
}

/** Pods of workloads that use the API. */
export interface RenewedPods {
  /** Those of workloads in these turns. */
  readonly turns: readonly Turn[];
  /** What they have to have been given; absent: their CA is what it was. */
  readonly trust?: { readonly issuer: string; readonly generation: number };
  /** Tokens from before the API servers' last start are dead. */
  readonly tokens: boolean;
  /** Of workloads that the operator wants to be asked about; false: of all others. */
  readonly asked: boolean;
}

/** Of one generation. */
export interface AskedLeaves {
  readonly issuer: string;
  readonly generation: number;
  readonly leaves: readonly AskedLeaf[];
  /** Verifiers that a leaf of certwright's own is shown to: nobody can make one of minutes without the key. */
  readonly verifiers: readonly SlotId[];
}

export interface SlotWrite {
  readonly slot: SlotId;
  readonly content: Content;
  /** What must be there now: bytes of the inventory, a content that an earlier step wrote, or either of several. */
  readonly expect: readonly Expected[];
}

export type Expected =
  | { readonly kind: "digest"; readonly digest: Digest }
  | { readonly kind: "absent" }
  /** Whatever it is: a dead cluster's. */
  | { readonly kind: "anything" }
  | { readonly kind: "content"; readonly content: Content };

import type { Fingerprint, Instant, KeyId } from "./certificate.ts";
import type { MadeFile } from "./made-file.ts";
import type { ConsumerId, EdgeId, SlotId } from "./inventory.ts";
import type { AskedLeaves, MeshCa, MeshPlace, NodeIdentity, RenewedPods, Webhook } from "./plan.ts";
import type { Stage } from "./stage.ts";

/**
 * What shall be in a slot, without the bytes: those are made when the step is carried out, and whoever looks later
 * can tell from the certificates found whether it is there.
 */
export type Content =
  /** Generations in the file's order. `others`: fingerprints of certificates that were there, are not ours and stay. */
  | {
      readonly kind: "bundle";
      readonly issuer: string;
      readonly generations: readonly number[];
      readonly others: readonly string[];
    }
  /**
   * A leaf that `generation` signed, like the one that is there in names, usages and organisation.
   * `via`: the chain ends in this generation's certificate as signed by that older generation.
   * `insteadOf`: any other than this one, which would do but for its age: a renewal.
   */
  | {
      readonly kind: "leaf";
      readonly issuer: string;
      readonly generation: number;
      readonly via?: number;
      readonly key: "same" | "new";
      readonly insteadOf?: Fingerprint;
    }
  /** The generation's own certificate alone, and its key: for a consumer that signs. */
  | { readonly kind: "signer"; readonly issuer: string; readonly generation: number }
  /** No file: neither the key that has no business there any longer, nor what belongs to it alone. */
  | { readonly kind: "nothing"; readonly issuer: string }
  /** Byte for byte what was there before the run, from the run's backup. */
  | { readonly kind: "before" };

/** A proposition that can be checked from outside. */
export type Claim =
  /** The run's backup is there, and was restored and compared where that is possible. */
  | { readonly kind: "backup" }
  /** The generation exists in the authority with this stage (or a later one) and, when named, this cross-signature. */
  | {
      readonly kind: "generation";
      readonly issuer: string;
      readonly number: number;
      readonly stage: Stage;
      readonly crossSignedBy?: number;
      /** It has its certificate, and the path above that ends in this root. */
      readonly under?: Fingerprint;
      /** This stage and no later one: what a rollback has to bring back. */
      readonly exactly?: true;
    }
  /** Each of these leaves is there, or somebody else has signed it and it is at hand. */
  | ({ readonly kind: "answered" } & AskedLeaves)
  /** The bytes at rest. */
  | { readonly kind: "holds"; readonly slot: SlotId; readonly content: Content }
  /**
   * The consumer's process started after the last change of what it does not read at each connection: slots that are
   * read at a start only, and those of which nobody knows when they are read.
   */
  | { readonly kind: "restarted"; readonly consumer: ConsumerId }
  /** A leaf of that generation alone, made for this probe, is let in where the slot is read: loaded, not merely written. */
  | {
      readonly kind: "accepts";
      readonly slot: SlotId;
      readonly issuer: string;
      readonly generation: number;
    }
  /** Such a leaf is turned away. */
  | {
      readonly kind: "refuses";
      readonly slot: SlotId;
      readonly issuer: string;
      readonly generation: number;
    }
  /** A fresh handshake shows a leaf that this generation signed, and it is the one at the slot's place. */
  | { readonly kind: "presents"; readonly slot: SlotId; readonly generation: number }
  /** The client's side of the edge, as it is now, verifies the server's, and the other way round. */
  | { readonly kind: "verifies"; readonly edge: EdgeId }
  /**
   * Every member of the group answers, has the same leader and no alarm. `besides`: whatever state this one is in,
   * so that a rollback can restart the very member that a change has stopped.
   */
  | {
      readonly kind: "healthy";
      readonly group: string;
      readonly besides?: ConsumerId;
      /** This one of them, whatever state the others are in. */
      readonly only?: ConsumerId;
    }
  /** Its manifest and its process have these flags, and it is healthy. */
  | {
      readonly kind: "flags";
      readonly consumer: ConsumerId;
      readonly flags: Readonly<Record<string, string>>;
      /** Names of flags that neither has. */
      readonly without?: readonly string[];
    }
  /** That node's member is the only one that its group of etcd members has, and leads it. */
  | { readonly kind: "lone-member"; readonly group: string; readonly node: string }
  /** The group of etcd members awaits one under that URL that has not started yet. */
  | {
      readonly kind: "member-awaited";
      readonly group: string;
      readonly node: string;
      readonly peerUrl: string;
    }
  /** No etcd runs on the node or would be started by the manifest, and none has left its data in the folder. */
  | {
      readonly kind: "vacant";
      readonly node: string;
      readonly directory: string;
      readonly manifest?: string;
    }
  /** The consumer's process started after the other one's, on the same machine. */
  | { readonly kind: "started-after"; readonly consumer: ConsumerId; readonly other: ConsumerId }
  /** The folder has a member's data, and nobody is about to put it there. `from`: and none is left in that one. */
  | {
      readonly kind: "data-there";
      readonly node: string;
      readonly directory: string;
      readonly from?: string;
    }
  /** The group's members hold the same data. `cluster`: that of the etcd cluster with this id, hexadecimal. */
  | { readonly kind: "same-data"; readonly group: string; readonly cluster?: string }
  /** The group is led by another one. */
  | { readonly kind: "follows"; readonly consumer: ConsumerId }
  /** These files are there as they were to be made: signed by that generation, with those names and their own keys. */
  | { readonly kind: "made"; readonly node?: string; readonly files: readonly MadeFile[] }
  /** The folder has all that was to be copied, byte for byte as it was, and databases in it can be opened. */
  | {
      readonly kind: "copied";
      /** Absent: the operator's machine. */
      readonly node?: string;
      readonly from: readonly string[];
      readonly to: string;
    }
  /** Every token Secret has a token that the generation's key signed, or one of `others`, which go on being accepted. */
  | {
      readonly kind: "token-secrets";
      readonly issuer: string;
      readonly generation: number;
      readonly others: readonly KeyId[];
    }
  /** Those pods were started since what they are given is good, as far as somebody makes them again. */
  | ({ readonly kind: "pods-renewed" } & RenewedPods)
  /** `open`: none of these refuses anything for want of an answer; else each has the policy that it had. */
  | { readonly kind: "webhooks"; readonly open: boolean; readonly webhooks: readonly Webhook[] }
  /** The mesh's CA, its roots, or the copy of what was there before stand in the objects of the API. */
  | { readonly kind: "mesh"; readonly what: MeshPlace; readonly ca: MeshCa }
  /** Kubelets of these nodes show a certificate that has not expired, and none of them waits for another one. */
  | { readonly kind: "kubelets-serve"; readonly nodes: readonly NodeIdentity[] }
  /** No certificate of that generation is in any slot. */
  | { readonly kind: "absent"; readonly issuer: string; readonly generation: number }
  /** No Secret holds a ServiceAccount token that this generation's key signed: nobody ever renews those. */
  | { readonly kind: "tokens"; readonly issuer: string; readonly generation: number }
  /** A holder trusts that generation, or shows a certificate of it: seen at its place, or acknowledged by name. */
  | {
      readonly kind: "informed";
      readonly holder: string;
      readonly issuer: string;
      readonly generation: number;
      readonly as: "trust" | "certificate";
    }
  /**
   * For so long no API server was shown a certificate that is of no newer generation than that one; `tokens`: a
   * ServiceAccount's token that no newer generation's key has signed.
   */
  | {
      readonly kind: "unused";
      readonly issuer: string;
      readonly generation: number;
      readonly milliseconds: number;
      readonly tokens?: true;
    };

/** An observation of a claim. */
export interface Proof {
  readonly claim: Claim;
  /** "unknowable": nobody can tell from here, and `evidence` says why. */
  readonly verdict: "holds" | "fails" | "unknowable";
  readonly method:
    | "handshake"
    | "read-back"
    | "api"
    | "process"
    | "store"
    | "verification"
    | "audit-log"
    /** Somebody vouches for it, by name. */
    | "word"
    | "none";
  readonly observedAt: Instant;
  /** Node whose vantage it was seen from; absent: the operator's machine. */
  readonly observer?: string;
  /** What was seen, in words with names, dates and short fingerprints. Never key material. */
  readonly evidence: string;
  /** Of what does not hold yet: when it will, if nothing happens that speaks against it. */
  readonly until?: Instant;
}

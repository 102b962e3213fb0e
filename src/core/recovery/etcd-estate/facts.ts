import type { Fingerprint, Instant, KeyId } from "../../model/certificate.ts";
import type { FileOwner } from "../../model/estate.ts";
import type { CertificateFacts, ConsumerId, Reload, SlotId } from "../../model/inventory.ts";
import type { MadeLeaf } from "../../model/made-file.ts";
import type { EtcdMemberFound, NodeFound } from "../facts.ts";

/** What a look at an etcd cluster of an estate has found; plain JSON, no key material. */
export interface EtcdFacts {
  readonly takenAt: Instant;
  readonly cluster: string;
  /** "etcd/NAME" */
  readonly group: string;
  readonly members: readonly MemberFound[];
  /** Programs that dial the cluster, as the estate has them. */
  readonly clients: readonly ClientFound[];
  readonly issuers: readonly IssuerFound[];
}

interface Reached {
  readonly consumer: ConsumerId;
  /** Absent: the operator's own machine. */
  readonly node?: string;
  readonly reachable: boolean;
  /** Why not, in words. */
  readonly why?: string;
  readonly places: readonly PlaceFound[];
}

export interface MemberFound extends Reached, Pick<NodeFound, "clockSkew" | "room" | "readOnly"> {
  readonly name: string;
  readonly node: string;
  /** Absolute. */
  readonly dataDirectory: string;
  readonly data?: DataFound;
  readonly process?: { readonly pid: number; readonly startedAt: Instant };
  /** What fresh handshakes showed, leaf first. */
  readonly served: readonly {
    readonly port: "client" | "peer";
    readonly certificates: readonly CertificateFacts[];
  }[];
}

/** A member's data on its disk, read without etcd. */
export interface DataFound {
  /** Size of its database. */
  readonly bytes: number;
  /** As the database has them. */
  readonly members: readonly EtcdMemberFound[];
  /** As its log has them, hexadecimal; absent: no log says so. */
  readonly clusterId?: string;
  readonly memberId?: string;
}

export interface ClientFound extends Reached {
  readonly name: string;
  /** Whether the estate says how it is restarted. */
  readonly restarts: boolean;
}

/** A file, or a pair of them, that the estate says should be there. */
export interface PlaceFound {
  readonly slot: SlotId;
  readonly role: "presents" | "trusts";
  readonly issuer: string;
  readonly reload: Reload;
  readonly path: string;
  /** Of a pair. */
  readonly key?: string;
  readonly owner?: FileOwner;
  /** Of a pair: how it is made out of nothing. */
  readonly leaf?: Omit<MadeLeaf, "issuer" | "generation">;
  /** Of a pair: the name that it is verified by, or the user that it speaks as. */
  readonly name?: string;
  /** Absent: nothing is there. */
  readonly found?: {
    readonly certificates: readonly CertificateFacts[];
    readonly changedAt: Instant;
    /** Common name and alternative names of the first certificate. */
    readonly names: readonly string[];
    /** Of the key beside it; absent: there is none that can be read. */
    readonly key?: KeyId;
    readonly unreadable?: string;
  };
}

/** A CA of the estate, as certwright's authority has it. */
export interface IssuerFound {
  readonly name: string;
  /** In ascending order; none: the authority does not know it. */
  readonly generations: readonly {
    readonly number: number;
    readonly key: KeyId;
    readonly certificate: Fingerprint;
    readonly isRetired: boolean;
  }[];
  /** The generation that signs. */
  readonly current?: {
    readonly number: number;
    readonly notAfter: Instant;
    /** Whether certwright has its key. */
    readonly hasKey: boolean;
    /** It stands below a CA whose key certwright does not have. */
    readonly isBelowAnother: boolean;
  };
}

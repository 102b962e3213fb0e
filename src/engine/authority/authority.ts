import type { AnswerVerdict } from "../../core/issuance/check-answer.ts";
import type { LeafFault } from "../../core/issuance/check-leaf-answer.ts";
import type { Explanation, Refusal } from "../../core/issuance/evaluate.ts";
import type { Role } from "../../core/issuance/role.ts";
import type {
  Certificate,
  Fingerprint,
  Instant,
  KeyId,
  NameConstraints,
} from "../../core/model/certificate.ts";
import type { KeySpec } from "../../core/model/key.ts";
import type { GeneralName } from "../../core/model/name.ts";
import type { RevocationReason } from "../../core/model/revocation-list.ts";
import type { Stage } from "../../core/model/stage.ts";
import type { SigningRequest } from "../../core/model/signing-request.ts";
import type { ExportableKey, PrivateKey } from "../../ports/private-key.ts";
import type {
  AuditEntry,
  CertificateFilter,
  StoredCertificate,
  StoredLeafRequest,
  StoredRevocationList,
} from "../../ports/store.ts";

/** A generation's name and key under the signature of another generation of its issuer. */
export interface CrossSign {
  /** Number of the generation that signed. */
  readonly by: number;
  readonly certificate: Certificate;
}

/** A generation with its certificates read. */
export interface Generation {
  readonly issuer: string;
  readonly number: number;
  readonly stage: Stage;
  readonly keyId: KeyId;
  /** Absent while an external CA has not signed it yet. */
  readonly certificate?: Certificate;
  /** Above `certificate`, nearest first, root last; empty for a root. */
  readonly chain: readonly Certificate[];
  /** DER of the request that an external CA has not answered yet. */
  readonly signingRequest?: Uint8Array;
  /** In ascending order of `by`. */
  readonly crossSigns: readonly CrossSign[];
  readonly createdAt: Instant;
}

/** A generation that has its certificate. */
export type SigningGeneration = Generation & { readonly certificate: Certificate };

export interface Issuer {
  readonly name: string;
  readonly generations: readonly Generation[];
  /** The generation that signs new certificates: the newest at stage "issuing"; absent when there is none. */
  readonly current?: SigningGeneration;
}

/** A new CA certificate with a new key. What a profile says counts where the order is silent. */
export interface CaOrder {
  /** The issuer's name in the store: "etcd-ca". */
  readonly name: string;
  /** A built-in authority profile: "kubernetes-ca". */
  readonly profile?: string;
  /** Defaults to `name`. Later generations add their number, so that each has its own distinguished name. */
  readonly commonName?: string;
  readonly organization?: readonly string[];
  /** Defaults to P-256. */
  readonly key?: KeySpec;
  /** Milliseconds. Defaults to 10 years for a root, 5 for an intermediate. */
  readonly lifetime?: number;
  /** How many CAs may stand below; undefined leaves it open for a root and is 0 for an intermediate. */
  readonly pathLength?: number;
  readonly nameConstraints?: NameConstraints;
  /** SPIFFE trust domain, for a mesh's CA. */
  readonly trustDomain?: string;
}

/** A CA that others made and use. */
export interface AdoptOrder {
  /** The issuer's name in the store. */
  readonly name: string;
  /** What its file holds: its own certificate and, if it is no root, those above it; in any order. */
  readonly certificates: readonly Certificate[];
  /** Absent: it is known, and cannot sign. */
  readonly key?: ExportableKey;
  /** Where they were read, for messages and the log: "master-1:/etc/kubernetes/pki/ca.crt". */
  readonly from: { readonly certificate: string; readonly key?: string };
  /** A root that has expired, or does within a day, is taken with a new certificate for its key and its name, which has to be given out. */
  readonly renewExpired?: true;
}

/** A key pair that is no CA's: the one of ServiceAccount tokens. */
export interface KeyPairOrder {
  /** The issuer's name in the store. */
  readonly name: string;
  readonly key: ExportableKey;
  /** Where it was read, for messages and the log: "master-1:/etc/kubernetes/pki/sa.key". */
  readonly from: string;
}

export interface Adopted {
  readonly generation: SigningGeneration;
  /** "key": it was known without its key. "none": it was there already, and nothing was changed. */
  readonly change: "adopted" | "key" | "none";
  /** Whether its key is in the keystore. */
  readonly canSign: boolean;
  readonly warnings: readonly string[];
}

/** What a program needs that signs with a CA of ours. */
export interface SignerOrder {
  readonly issuer: string;
  readonly generation: number;
  /** Who gets it, for the log: "master-1:/etc/kubernetes/pki/ca.key". */
  readonly to: string;
}

export interface Signer {
  /** The generation's own, alone. */
  readonly certificate: Certificate;
  readonly key: ExportableKey;
}

/** What an external CA made of the request of a generation that waits for it. */
export interface Answer {
  readonly issuer: string;
  readonly number: number;
  /** Its certificate and those above, in any order; others among them are no matter. */
  readonly certificates: readonly Certificate[];
  /** The root that it has to lead to; absent: any. */
  readonly root?: Fingerprint;
}

/** A CA whose key is never here, as a generation. */
export interface EnlistOrder {
  readonly issuer: string;
  readonly number: number;
  /** Its own certificate, then those above it. */
  readonly certificates: readonly [Certificate, ...Certificate[]];
}

/** A leaf that a generation has to sign whose key is elsewhere. */
export interface LeafRequestOrder {
  readonly issuer: string;
  readonly generation: number;
  /** Whose it is, for messages: its slot. */
  readonly name: string;
  /** The leaf that is there. */
  readonly like: Certificate;
  /** Its private key, which signs the request and is not kept; "new": another one is made, and kept until it is wanted. */
  readonly key: PrivateKey | "new";
}

/** A client's leaf of certwright's own, to see whom verifiers let in. */
export interface ProbeRequestOrder {
  readonly issuer: string;
  readonly generation: number;
  readonly commonName: string;
  readonly addresses: readonly string[];
}

/** A leaf that was asked for, perhaps answered. */
export interface LeafRequest extends Omit<StoredLeafRequest, "certificate"> {
  readonly asked: SigningRequest;
  readonly certificate?: Certificate;
}

export interface IntermediateOrder extends CaOrder {
  /** Issuer in the same store that signs it. */
  readonly parent: string;
}

export interface CreatedCa {
  readonly generation: SigningGeneration;
  readonly warnings: readonly string[];
}

/** What every leaf has in common, whoever makes its key. */
export interface LeafOrder {
  /** Name of the issuer in the store. */
  readonly issuer: string;
  /** The generation that signs, whatever its stage; absent: the current one. */
  readonly generation?: number;
  /** Name of a built-in profile ("etcd-server"). One of `profile` and `role` must be given. */
  readonly profile?: string;
  /** A role of the operator's own, and the name that the store keeps for it. */
  readonly role?: { readonly name: string; readonly fields: Role };
  readonly commonName?: string;
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
  readonly uri?: readonly string[];
  readonly email?: readonly string[];
  /** Milliseconds; the role's default when absent. */
  readonly lifetime?: number;
  readonly notAfter?: Instant;
}

export interface IssueOrder extends LeafOrder {
  /** The profile's key type when absent; a role decides for itself unless its key_type is "any". */
  readonly key?: KeySpec;
}

export interface SignOrder extends LeafOrder {
  /** DER of the PKCS#10 request. */
  readonly request: Uint8Array;
}

/** A leaf in the place of another one. */
export interface ReissueOrder {
  readonly issuer: string;
  /** The generation that signs; any but a retired one. */
  readonly generation: number;
  /** The leaf that is there: the new one has its subject, alternative names, usages and lifetime. */
  readonly like: Certificate;
  /** "same": for the public key of `like`, whose private key nobody needs to see. "new": of the same kind. */
  readonly key: "same" | "new";
  /** Number of an older generation that cross-signed `generation`: who trusts only that one accepts the leaf, too. */
  readonly via?: number;
  /** Milliseconds, in the place of the lifetime of `like`. */
  readonly lifetime?: number;
  /** Takes a `like` that no generation of this issuer signed. */
  readonly foreign?: boolean;
}

/** A leaf that lives as long as one look at a port takes. */
export interface ProbeOrder {
  readonly issuer: string;
  /** Any stage: whether a staged or a retired generation is trusted is what probes are for. */
  readonly generation: number;
  readonly usage: "client" | "server" | "peer";
  readonly names: {
    readonly commonName: string;
    readonly dns?: readonly string[];
    readonly ip?: readonly string[];
  };
  /** As in {@link ReissueOrder}; absent: the verifier has to trust `generation` itself. */
  readonly via?: number;
}

export interface ListOrder {
  /** Milliseconds until the next list is due. Defaults to 30 days. */
  readonly lifetime?: number;
  /** The list of this generation alone, whatever its stage. */
  readonly generation?: number;
  /** Refuses before anything is signed when there would be more than one list. */
  readonly single?: boolean;
}

export interface Signed {
  readonly certificate: Certificate;
  /** Nearest first, root last: leaf files carry all but the last, bundles the last. */
  readonly chain: readonly Certificate[];
  readonly warnings: readonly string[];
}

export interface Reissued extends Signed {
  /** What the leaf's file holds, in its order: see presentedChain. */
  readonly presented: readonly Certificate[];
  /** Absent when the key is the one that is there. */
  readonly key?: ExportableKey;
}

export interface Probe extends Signed {
  readonly presented: readonly Certificate[];
  readonly key: ExportableKey;
}

export interface Issued extends Signed {
  /** The only copy: it is not kept in the store. */
  readonly key: ExportableKey;
}

/** What would become of an order. Nothing was made, no key was needed. */
export interface Explained {
  readonly passes: boolean;
  /** Every rule in the order asked. */
  readonly rules: readonly Explanation[];
  /** The first rule that objects, with what would pass. */
  readonly refusal?: Refusal;
  /** What the certificate would say; absent when refused. */
  readonly would?: {
    /** RFC 4514. */
    readonly subject: string;
    readonly names: readonly GeneralName[];
    readonly usages: readonly string[];
    readonly notBefore: Instant;
    readonly notAfter: Instant;
    /** Absent when a signing request brings it. */
    readonly key?: KeySpec;
  };
  readonly warnings: readonly string[];
}

/**
 * The CA on one machine. A certificate was verified against its issuer and is durable in the store
 * before any of these resolves with it.
 */
export interface Authority {
  /** A new issuer with a self-signed first generation. Throws store.issuer-exists. */
  createRoot(order: CaOrder): Promise<CreatedCa>;
  /** A new issuer whose first generation is signed by `parent`'s current generation. */
  createIntermediate(order: IntermediateOrder): Promise<CreatedCa>;
  /** A new issuer waiting for an external CA; its generation carries the signing request. */
  requestIntermediate(order: CaOrder): Promise<Generation>;
  /** Completes it with the external CA's answer: its certificate and those above, in any order. */
  importIntermediate(
    name: string,
    certificates: readonly Certificate[],
  ): Promise<SigningGeneration>;
  /**
   * A new issuer whose first generation is a CA that others made; the same one again changes nothing.
   * Throws authority.adopt-*.
   */
  adopt(order: AdoptOrder): Promise<Adopted>;
  /** The same for a key pair without certificates. Throws authority.key-pair-*. */
  adoptKeyPair(order: KeyPairOrder): Promise<Adopted>;
  /**
   * A further generation at stage "staged": a new key under a name of its own, otherwise as the current one.
   * Signed by itself, or by the parent's current generation. It signs nothing before it is "issuing".
   * With a number: one that is there already is returned as it is, so that whoever was killed may ask again.
   * Throws authority.not-next-generation.
   */
  addGeneration(issuer: string, options?: { readonly number?: number }): Promise<CreatedCa>;
  /**
   * The same for an external CA to sign: it waits with its signing request, and one that is there is returned as it is.
   * Throws authority.not-next-generation.
   */
  requestGeneration(issuer: string, number: number): Promise<Generation>;
  /** What is wrong with an answer; changes nothing. Throws authority.not-asked. */
  judgeAnswer(answer: Answer): Promise<AnswerVerdict>;
  /** Completes the generation that waits for it. Throws authority.not-asked, authority.answer-faulty. */
  takeAnswer(answer: Answer): Promise<SigningGeneration>;
  /**
   * Knows a CA whose key is never here under this number, staged; one that is there is returned as it is.
   * Throws authority.not-next-generation, authority.enlist-unfit.
   */
  enlist(order: EnlistOrder): Promise<SigningGeneration>;
  /** Asks for a leaf like one that is there, once. Throws authority.reissue-*, authority.leaf-other-key. */
  requestLeaf(order: LeafRequestOrder): Promise<void>;
  requestProbe(order: ProbeRequestOrder): Promise<void>;
  /** Oldest first. */
  leafRequests(filter?: {
    readonly issuer: string;
    readonly generation: number;
  }): Promise<readonly LeafRequest[]>;
  /** Whether `reissue` would find the answer of whoever has the generation's key. */
  hasAnswer(order: Pick<ReissueOrder, "issuer" | "generation" | "like" | "key">): Promise<boolean>;
  /** The same for certwright's own leaf of that name. */
  hasProbe(order: Omit<ProbeRequestOrder, "addresses">): Promise<boolean>;
  /** What is wrong with an answer; changes nothing. */
  judgeLeaf(request: LeafRequest, certificate: Certificate): Promise<readonly LeafFault[]>;
  /** Throws authority.leaf-faulty. */
  takeLeaf(request: LeafRequest, certificate: Certificate): Promise<void>;
  /**
   * Has generation `by` sign the name and key of generation `number`; one that is there already is returned as it is.
   * Throws authority.no-room-below when a path length forbids it, authority.cross-sign-order.
   */
  crossSign(issuer: string, number: number, by: number): Promise<CrossSign>;
  /** Moves a generation; one that starts issuing sends the one that did so far to "retiring". Twice is once. */
  setStage(issuer: string, number: number, stage: Stage): Promise<Issuer>;
  issuers(): Promise<readonly Issuer[]>;
  /** Throws authority.no-issuer with the names there are. */
  issuer(name: string): Promise<Issuer>;
  /** A certificate for a new key. Throws issuance.refused with the rule and what would pass. */
  issue(order: IssueOrder): Promise<Issued>;
  /** A certificate for a signing request whose signature verifies. */
  sign(order: SignOrder): Promise<Signed>;
  /**
   * A leaf like one that is there. It ends with its issuer at the latest, which is a warning.
   * Throws authority.reissue-*, authority.not-cross-signed.
   */
  reissue(order: ReissueOrder): Promise<Reissued>;
  /** Ten minutes' leaf of exactly that generation. */
  probe(order: ProbeOrder): Promise<Probe>;
  explain(order: IssueOrder | SignOrder): Promise<Explained>;
  certificates(filter: CertificateFilter): Promise<readonly StoredCertificate[]>;
  /** By serial (hexadecimal, with or without colons). Throws authority.no-certificate, store.already-revoked. */
  revoke(
    certificate: { readonly serial: string; readonly issuer?: string },
    reason: RevocationReason,
  ): Promise<StoredCertificate>;
  /**
   * A fresh revocation list of each generation that has certificates in use, each with its generation's next number;
   * that of the current one first. Throws authority.several-lists, authority.no-revocation-lists.
   */
  crl(issuer: string, options?: ListOrder): Promise<readonly StoredRevocationList[]>;
  /** The current generation's private key, for an explicit export only. */
  exportKey(issuer: string): Promise<ExportableKey>;
  /** A generation's certificate and private key, for a program on a node that signs with it. Noted in the log first. */
  signer(order: SignerOrder): Promise<Signer>;
  /** Newest first. */
  audit(options?: { readonly limit?: number }): Promise<readonly AuditEntry[]>;
  /** Throws store.audit-broken. */
  verifyAudit(): Promise<{ readonly entries: number }>;
  close(): void;
}

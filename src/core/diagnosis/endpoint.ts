import type { Observation } from "../tls/observation.ts";
import type { FileEvidence } from "./file-evidence.ts";
import type { Location } from "./location.ts";

/** Who is expected to answer, as far as the configuration says. */
export type Program =
  | "etcd"
  | "etcd-peer"
  | "kube-apiserver"
  | "kubelet"
  | "webhook"
  | "istiod"
  /** Behind a sidecar, whose callers compare its SPIFFE identity and no host name. */
  | "workload"
  | "unknown";

/** A server as a client is configured to reach it. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** As written; "none" when the target was host:port. */
  readonly scheme: "https" | "http" | "none";
  /** "/healthz": what one harmless GET may ask for. */
  readonly path: string;
  readonly program: Program;
  /** The name that clients expect in the certificate when it is not `host` (tls-server-name). */
  readonly servername?: string;
  /** TLS begins behind PostgreSQL's SSLRequest (`postgres://`); who asks, as far as the URL says. */
  readonly postgres?: { readonly user?: string; readonly database?: string };
  /** Where it is reached from here, when that is elsewhere (`--at`, a port-forward). */
  readonly reachedAt?: { readonly host: string; readonly port: number };
  /** Where it is written; the text as written is `written`. */
  readonly source: Location;
  readonly written: string;
}

/** "etcd-1:2379", "[::1]:2379" */
export const endpointText = ({ host, port }: Pick<Endpoint, "host" | "port">): string =>
  `${host.includes(":") ? `[${host}]` : host}:${port}`;

/** What the client brings: files by role, as configured. Absent means not configured. */
export interface ClientSetup {
  readonly ca?: FileEvidence;
  readonly certificate?: FileEvidence;
  readonly key?: FileEvidence;
  /** It does not verify servers (insecure-skip-tls-verify). */
  readonly insecure: boolean;
  /** Highest version it may speak (`--tls-max 1.2`). */
  readonly maxVersion?: "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";
  /** HTTP proxy it would go through, when one is configured for this endpoint. */
  readonly proxy?: { readonly url: string; readonly source: Location };
  /** A bearer token's claims, never the token. */
  readonly token?: {
    readonly issuer?: string;
    readonly audiences: readonly string[];
    readonly subject?: string;
    readonly expiresAt?: number;
    readonly source: Location;
  };
  /** How it makes itself known in ways that are not tried here: `the exec plugin "aws"`. */
  readonly untried?: string;
  /** Where each of them is set, or would be: what a fix must name. */
  readonly places: {
    readonly ca: Location;
    readonly certificate: Location;
    readonly key: Location;
  };
  /** The program whose configuration this is, in words: "calicoctl", "kubectl", "the client". */
  readonly who: string;
}

/** The places of a client that only the command line describes. */
export const commandLinePlaces: ClientSetup["places"] = {
  ca: { file: "command line", field: "--ca" },
  certificate: { file: "command line", field: "--cert" },
  key: { file: "command line", field: "--key" },
};

/** What is known of the server behind an endpoint from its own configuration. */
export interface ServerSetup {
  readonly certificate?: FileEvidence;
  readonly key?: FileEvidence;
  readonly clientCa?: FileEvidence;
  readonly crl?: FileEvidence;
  /** It demands a client certificate (`--client-cert-auth`). */
  readonly clientCertAuth?: boolean;
}

/**
 * Further looks at an endpoint, each answering one question. The first look offers TLS 1.0 to 1.3 (no more than the
 * client may), brings the client's certificate and sends one GET.
 * - plain: the GET without TLS; - proxy-header: behind a PROXY protocol header; - bare: with another SNI, or none;
 * - tls12: no newer than TLS 1.2, so that an alert comes inside the handshake; - any-version: without the client's
 * own limit on versions; - http2: HTTP/2's preface in place of the GET; - no-certificate: without our client
 * certificate; - again, again-later: the same once more, to see whether it varies; - tls: a handshake, where the configuration
 * says http and the first look was plain; - token: with the client's bearer token, sent only to a server whose
 * certificate the client trusts; - api: GET of /api, which every user that kube-apiserver knows may read;
 * - listen: nothing is said at all; - ssl-request: PostgreSQL's question for TLS comes first; - ciphers, groups, tls13:
 * with every cipher, every group, or nothing older than TLS 1.3; - usual: only what Go's clients offer;
 * - other-family: the loopback address of the other IP version; - other-port: port 1 of the same machine, where
 * nothing listens, to see whether the machine answers at all; - direct: past the proxy.
 */
export type FollowUp =
  | "plain"
  | "proxy-header"
  | "bare"
  | "tls12"
  | "any-version"
  | "http2"
  | "no-certificate"
  | "again"
  | "again-later"
  | "tls"
  | "token"
  | "api"
  | "listen"
  | "ssl-request"
  | "ciphers"
  | "groups"
  /** Without the signatures that today's clients leave out (SHA-1). */
  | "signatures"
  | "tls13"
  | "usual"
  | "other-family"
  | "other-port"
  | "direct";

/** What an etcd told its client behind a good handshake, by one read of a key that need not be there. */
export interface EtcdLook {
  /** It answers as the port for peers does. */
  readonly peer?: true;
  readonly clusterId?: string;
  readonly members?: readonly { readonly name: string; readonly clientUrls: readonly string[] }[];
  /** What the client's user may do; absent when that could not be learned. */
  readonly access?:
    | { readonly kind: "allowed" }
    | {
        readonly kind: "denied";
        /** What was read. */
        readonly key: string;
        readonly message: string;
        readonly user?: string;
        readonly roles: readonly string[];
        /** Its roles allow some keys. */
        readonly allows: boolean;
        /** The client is known to need the keys that were read. */
        readonly needed: boolean;
      }
    | { readonly kind: "no-user"; readonly message: string; readonly user?: string };
}

/** All looks at one endpoint. */
export interface Probes {
  readonly main: Observation;
  readonly followUps: Readonly<Partial<Record<FollowUp, Observation>>>;
  /** When it is an etcd that took us. */
  readonly etcd?: EtcdLook;
  /** Connections that wait to be accepted by a listener of this very machine; looked up when it let us wait. */
  readonly waiting?: number;
}

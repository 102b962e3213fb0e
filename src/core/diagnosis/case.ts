import type { Certificate, Instant } from "../model/certificate.ts";
import type { Observation } from "../tls/observation.ts";
import type { Acceptance } from "../tls/acceptance.ts";
import type { OcspStatus } from "../x509/ocsp.ts";
import type { PathFailure, PathInput, PathResult, ReferenceName } from "../x509/path.ts";
import type { Config, ConfigKind } from "./config.ts";
import type { ClientSetup, Endpoint, Probes, ServerSetup } from "./endpoint.ts";
import type { FileEvidence } from "./file-evidence.ts";
import type { LogEvent } from "./log/event.ts";

/** How doctor was called. */
export interface Target {
  /** As typed; "" when none was. */
  readonly word: string;
  readonly kind: "address" | "files" | "log" | "machine" | ConfigKind;
}

/** What the machine says about itself. */
export interface Machine {
  readonly uid: number;
  readonly hostname: string;
  /** IP addresses of its interfaces. */
  readonly addresses: readonly string[];
}

/** All that was gathered in one run, before any thinking. Made by the gatherers, plain data. */
export interface Gathered {
  /** Our clock. */
  readonly now: Instant;
  readonly target: Target;
  readonly machine: Machine;
  readonly configs: readonly Config[];
  /** Every file that was looked at, whoever named it. */
  readonly files: readonly FileEvidence[];
  /** Certificates that lie beside the files that were named: never a fault themselves, but they may explain one. */
  readonly nearby?: readonly FileEvidence[];
  /** The public CAs that a client without a CA file trusts; absent when every client has one. */
  readonly systemStore?: SystemStore;
  readonly log: readonly LogEvent[];
  readonly connections: readonly GatheredConnection[];
  /** What could not be read or parsed at all, in words; it makes a silent result inconclusive. */
  readonly blind: readonly string[];
}

/** CAs of the operating system, or of SSL_CERT_FILE. */
export interface SystemStore {
  /** The file they were read from, or the one that was looked for. */
  readonly file: string;
  /** "SSL_CERT_FILE" when that names it. */
  readonly variable?: string;
  readonly certificates: readonly Certificate[];
}

/** One client with one endpoint. */
export interface GatheredConnection {
  readonly endpoint: Endpoint;
  readonly client: ClientSetup;
  readonly server?: ServerSetup;
  /** Absent when it was not probed: a scheme of http, files that cannot be used, no time left. */
  readonly probes?: Probes;
  /** Nobody is asked: the server's certificate file stands for what it would serve (a kubeadm tree). */
  readonly offline?: true;
}

/** What a verifier finds, in the order in which it meets it; each later one would remain after the earlier was mended. */
export interface Failures {
  readonly go: readonly PathFailure[];
  readonly openssl: readonly PathFailure[];
}

/** The server's certificate and what verifiers make of it. */
export interface Served {
  /** As sent and in the order sent; those that cannot be read are left out. */
  readonly chain: readonly Certificate[];
  /** Certificates of the flight that cannot be read, by place, with the reason. */
  readonly unreadable: readonly { readonly index: number; readonly why: string }[];
  readonly leaf: Certificate;
  /** Other chains that came when it was asked again: more than one server behind one address. */
  readonly others: readonly (readonly Certificate[])[];
  /** What a stapled OCSP response says of the leaf. */
  readonly staple?: OcspStatus | "unreadable";
  /** The name a client expects there. */
  readonly name: ReferenceName;
  /** What the client trusts; empty when no CA is configured or its file has none. */
  readonly anchors: readonly Certificate[];
  readonly failures: Failures;
}

/** What the server said about client certificates, and what it made of ours. */
export interface ServerDemand {
  readonly asked: boolean;
  readonly acceptance: Acceptance;
  /** Names of the CAs it accepts, RFC 4514; empty when it names none. */
  readonly authorities: readonly string[];
}

/** Our own client certificate, checked offline. */
export interface OwnCertificate {
  readonly certificate: Certificate;
  /** What its file holds behind it: that is what we send. */
  readonly sent: readonly Certificate[];
  readonly file: FileEvidence;
  /** CAs it was checked against. */
  readonly anchors: readonly Certificate[];
  /** Where they come from. "server-config": what the server is told to trust, so the verdict is certain. */
  readonly anchorsFrom: "server-config" | "client-ca" | "found";
  /** Against those, for clientAuth. */
  readonly failures: Failures;
  /** Whether a CA of its chain is in the server's list of acceptable ones; undefined when the list is empty. */
  readonly listed: boolean | undefined;
}

/** Our clock against others. */
export interface ClockEvidence {
  readonly ours: Instant;
  /** The server's by its Date header, and our clock when it came. */
  readonly server?: { readonly date: Instant; readonly ours: Instant; readonly skew: number };
}

/** Another endpoint of the same run. */
export interface Sibling {
  readonly endpoint: Endpoint;
  readonly main?: Observation;
  readonly leaf?: Certificate;
  /** As sent. */
  readonly chain?: readonly Certificate[];
  /** Of etcd. */
  readonly clusterId?: string;
}

/** A certificate file with what stands behind its first certificate, held against the CA files of the run. */
export interface FileChain {
  readonly file: FileEvidence;
  /** As in the file, never empty. */
  readonly chain: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  /** The first file that anchors come from. */
  readonly trust?: FileEvidence;
  /** For any usage and any name. */
  readonly failures: Failures;
}

/** A question to the path builder: what is left out is as for the served chain. */
export type PathQuestion = Partial<Omit<PathInput, "leaf" | "verifySignature">> &
  Pick<PathInput, "leaf">;

/** Everything a fault may look at: one endpoint with its client, or files and logs alone. */
export interface Case {
  readonly now: Instant;
  readonly target: Target;
  readonly machine: Machine;
  readonly configs: readonly Config[];
  /** Files of this connection first, then the others of the run. */
  readonly files: readonly FileEvidence[];
  readonly log: readonly LogEvent[];
  readonly endpoint?: Endpoint;
  readonly client: ClientSetup;
  readonly server?: ServerSetup;
  readonly probes?: Probes;
  /** Judged by files alone: `served` is what the server's certificate file holds. */
  readonly offline?: true;
  /** Absent when no certificate was seen. */
  readonly served?: Served;
  /** Absent when no handshake took place. */
  readonly demand?: ServerDemand;
  /** Absent when no client certificate is configured, or its file holds none. */
  readonly own?: OwnCertificate;
  readonly clock: ClockEvidence;
  readonly siblings: readonly Sibling[];
  /** When there is no endpoint: what the files are worth among themselves. */
  readonly fileChains?: readonly FileChain[];
  readonly nearby: readonly FileEvidence[];
  readonly systemStore?: SystemStore;
  /** What could not be read or parsed, in words. */
  readonly blind: readonly string[];
  /** Asks the path builder; signatures checked once are not checked again. */
  verify(question: PathQuestion): PathResult;
}

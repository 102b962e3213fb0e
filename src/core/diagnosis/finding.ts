import type { FaultId } from "./fault-id.ts";

/** Who must change something. */
export type Side = "client" | "server" | "network" | "file" | "config" | "clock";

/** "proved": no other explanation fits what was seen. "likely": the usual one. "possible": one of several. */
export type Certainty = "proved" | "likely" | "possible";

/** One thing to do. */
export interface FixStep {
  /** In words, without a full stop: "give the CA that signed the server's certificate". */
  readonly does: string;
  /** As it would be typed, with the names of this case in it. */
  readonly command?: string;
}

/** What a fault's `detect` says about one case. */
export interface Detected {
  /** One sentence that a tired person understands: what is wrong, with names, without a full stop. */
  readonly text: string;
  /** The thing at fault: a path, "host:port", a certificate's name. */
  readonly subject: string;
  readonly certainty: Certainty;
  /** How it is known, one fact a line: bytes, dates, names, file and line. */
  readonly evidence: readonly string[];
  /** What does not work because of it, without a full stop. */
  readonly breaks: string;
  readonly fix: readonly FixStep[];
  /** When it is another side than the definition's. */
  readonly side?: Side;
  /** When it is milder or graver than the definition's. */
  readonly severity?: "fault" | "warning" | "info";
  /** For whom it fails, when not for all: "Go clients (etcd, Kubernetes); OpenSSL clients accept it". */
  readonly forWhom?: string;
}

export interface Finding extends Detected {
  readonly fault: FaultId;
  readonly title: string;
  readonly side: Side;
  readonly severity: "fault" | "warning" | "info";
}

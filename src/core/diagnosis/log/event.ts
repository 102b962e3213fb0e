import type { Instant } from "../../model/certificate.ts";
import type { Told, Whose } from "./cause.ts";

/** Whose log a line comes from. */
export type LogProgram =
  | "etcd"
  | "kube-apiserver"
  | "kubelet"
  | "kubectl"
  | "calicoctl"
  | "istiod"
  | "envoy"
  | "nginx"
  | "haproxy"
  | "go"
  | "openssl"
  | "java"
  | "node"
  | "python"
  | "postgresql"
  | "psql"
  | "curl"
  | "unknown";

/** One line of a log, as far as it was understood. */
export interface LogEvent {
  readonly program: LogProgram;
  /** What the program was in the connection it writes about. */
  readonly role: Whose;
  /** What it tells, whatever its words; absent when it is no TLS trouble known here. */
  readonly told?: Told;
  /** Its place in what was given, counted from 1. */
  readonly line: number;
  /** "-" for standard input. */
  readonly file: string;
  readonly at?: Instant;
  /** Address of the other side, without its port: the client in a server's log. */
  readonly remote?: string;
  readonly remotePort?: number;
  /** SNI the client sent. */
  readonly servername?: string;
  /** The error alone, frame of the log format taken off. */
  readonly text: string;
  /** The whole line, cut at 500 characters. */
  readonly raw: string;
  /** Structured extras of the format: "dns-names", "depth", "webhook", "CN" … */
  readonly extras: Readonly<Record<string, string>>;
}

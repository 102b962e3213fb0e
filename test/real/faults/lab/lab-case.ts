import type { FaultId } from "../../../../src/core/diagnosis/fault-id.ts";
import type { Lab } from "./lab.ts";

/** What doctor is called with once a situation stands. */
export interface Situation {
  /** Words behind `certwright doctor`; `-o json` is added. */
  readonly args: readonly string[];
  /** The whole environment that doctor sees. */
  readonly env?: Readonly<Record<string, string>>;
  /** What is piped into it. */
  readonly stdin?: string;
  /** Words that the sentence must hold. */
  readonly text?: readonly string[];
  /** Words that the fix must hold: the right file, the right name. */
  readonly fix?: readonly string[];
  /** Words that the evidence must hold, all of it taken together. */
  readonly evidence?: readonly string[];
  /** Faults that remain after the fix, in any order; checked only when given. */
  readonly also?: readonly FaultId[];
  /** Verdicts of the other endpoints, in any order; checked only when given. */
  readonly elsewhere?: readonly (FaultId | "ok" | "inconclusive")[];
}

/** One situation that can be made on one machine. Its name is its file's path. */
export interface LabCase {
  readonly fault: FaultId | "ok" | "inconclusive";
  /** How it comes about, a clause. */
  readonly title: string;
  readonly side?: "client" | "server" | "network" | "file" | "config" | "clock";
  /** Longest time the verdict may take, in milliseconds; 2000 unless a peer is silent. */
  readonly within?: number;
  /** Programs without which it is left out. */
  readonly needs?: readonly (
    | "kubernetes"
    | "etcd"
    | "etcd-debian"
    | "go"
    | "openssl"
    | "nginx"
    | "haproxy"
    | "postgresql"
    | "openssh-server"
    | "java"
    | "python3"
  )[];
  build(lab: Lab): Promise<Situation>;
}

export const defineCase = (labCase: LabCase): LabCase => labCase;

import type { KeyId } from "../../core/model/certificate.ts";
import type { Digests, VerifySignature } from "../../core/model/cryptography.ts";
import type { IdentifyKey } from "../../core/material/read-material.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Etcd } from "../../ports/etcd.ts";
import type { Kubernetes } from "../../ports/kubernetes.ts";
import type { PrivateKey } from "../../ports/private-key.ts";
import type { Nodes } from "../../ports/node.ts";
import type { Timer } from "../../ports/timer.ts";
import type { TlsProbe } from "../../ports/tls.ts";
import type { Authority } from "../authority/authority.ts";

/** All that gathering and a run need of the world. */
export interface RotationPorts {
  readonly nodes: Nodes;
  readonly etcd: Etcd;
  readonly kubernetes: Kubernetes;
  readonly tls: TlsProbe;
  readonly authority: Authority;
  readonly digests: Digests;
  readonly verifySignature: VerifySignature;
  /** Of a private key on a node: its public part is told, its bytes go nowhere. */
  readonly identifyKey: IdentifyKey;
  /** A node's private key in this process's memory, to sign the request for its next certificate; undefined: unreadable. */
  readonly loadKey: (bytes: Uint8Array) => PrivateKey | undefined;
  /** Whether a CA key is in the keystore, without unlocking it. */
  readonly hasKey: (id: KeyId) => Promise<boolean>;
  readonly clock: Clock;
  readonly timer: Timer;
}

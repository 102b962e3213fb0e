import { systemClock } from "../../adapters/clock/system-clock.ts";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { verifySignature } from "../../adapters/crypto/node-verify.ts";
import { grpcEtcd } from "../../adapters/etcd/grpc-etcd.ts";
import { httpsKubernetes } from "../../adapters/kubernetes/https-kubernetes.ts";
import { systemNodes } from "../../adapters/node/system-nodes.ts";
import { identifyKey, loadPrivateKey } from "../../adapters/source/identify-key.ts";
import { systemTimer } from "../../adapters/timer/system-timer.ts";
import { tlsProbe } from "../../adapters/tls/tls-probe.ts";
import type { Sealer } from "../../adapters/keystore/file.ts";
import type { RotationPorts } from "../../engine/rotation/ports.ts";
import { openPkiAndKeys, type PkiChoice } from "../pki/open-pki.ts";
import type { Terminal } from "../terminal.ts";

/** The real hands and eyes of a rotation; `authority.close()` ends them. Throws store.absent. */
export const openRotationPorts = (
  terminal: Terminal,
  choice: PkiChoice,
  mode: "create" | "use" = "use",
): RotationPorts & { readonly sealer: Sealer } => ({
  ...openPkiAndKeys(terminal, choice, mode),
  nodes: systemNodes,
  etcd: grpcEtcd,
  kubernetes: httpsKubernetes,
  tls: tlsProbe,
  digests,
  verifySignature,
  identifyKey,
  loadKey: loadPrivateKey,
  clock: systemClock,
  timer: systemTimer,
});

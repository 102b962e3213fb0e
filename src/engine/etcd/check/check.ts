import { hexOf } from "../../../core/bytes/hex.ts";
import { rootName, type EtcdCluster } from "../../../core/model/estate.ts";
import type { Etcd } from "../../../ports/etcd.ts";
import type { Files } from "../../../ports/files.ts";
import type { KeyMaker } from "../../../ports/private-key.ts";
import type { Random } from "../../../ports/random.ts";
import type { TlsProbe } from "../../../ports/tls.ts";
import { closeAll, connectAll } from "../connect.ts";
import type { Placement } from "../init/placement.ts";
import { throwawayClient } from "../throwaway.ts";
import { checkCertificates, type CertificateTools } from "./certificates.ts";
import type { CheckResult } from "./check-result.ts";
import { checkHealth } from "./health.ts";
import { readCheckMaterial, readRootCredentials } from "./read-material.ts";
import { checkRanges } from "./ranges.ts";
import { checkRefusals } from "./refusals.ts";

export interface CheckContext {
  readonly cluster: EtcdCluster;
  readonly placement: Placement;
  readonly files: Files;
  readonly etcd: Etcd;
  readonly tls: TlsProbe;
  readonly keyMaker: KeyMaker;
  readonly random: Random;
  readonly tools: CertificateTools;
  /** Milliseconds for each connection and each call. */
  readonly deadline: number;
}

/** Proves the running cluster: health, certificates, refusals, all members at once. */
export const checkCluster = async (context: CheckContext): Promise<readonly CheckResult[]> => {
  const { cluster, files, placement, etcd, tls, tools, deadline, random } = context;
  const material = await readCheckMaterial(cluster, placement, files);
  const stranger = throwawayClient(rootName, tools.now, context);
  const [health, certificates, refusals, ranges] = await Promise.all([
    healthAsRoot(context),
    checkCertificates(cluster, material, tls, tools, deadline),
    checkRefusals(cluster, material, stranger, tls, deadline),
    checkRanges(cluster, material, etcd, hexOf(random.bytes(8)), deadline),
  ]);
  return [...health, ...certificates, ...refusals, ...ranges];
};

const healthAsRoot = async ({
  cluster,
  etcd,
  files,
  deadline,
}: CheckContext): Promise<readonly CheckResult[]> => {
  const root = await readRootCredentials(cluster, files);
  if (!root.ok) {
    return [
      {
        group: "health",
        id: "health.member",
        claim: "the members answer root",
        verdict: "unknown",
        observed: root.why,
        remedy: "certwright etcd init writes root's client certificate",
      },
    ];
  }
  const connected = await connectAll(etcd, cluster, root.value, deadline);
  try {
    return await checkHealth(cluster, connected);
  } finally {
    closeAll(connected);
  }
};

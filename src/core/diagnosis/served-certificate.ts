import type { FaultId } from "./fault-id.ts";

/** What may be wrong with a certificate that is not the one that should be served: mending it would mend nothing. */
export const certificateFaults: readonly FaultId[] = [
  "trust.unknown-ca",
  "trust.ca-key-changed",
  "trust.missing-intermediate",
  "trust.self-signed-leaf",
  "trust.bad-signature",
  "trust.wrong-role-ca",
  "time.leaf-expired",
  "time.intermediate-expired",
  "time.leaf-not-yet-valid",
  "time.soon",
  "time.served-stale",
  "name.host-mismatch",
  "name.ip-missing",
  "name.ip-as-dns",
  "name.cn-only",
  "name.no-names",
  "usage.no-serverauth",
  "alg.sig-sha1",
  "alg.key-small",
];

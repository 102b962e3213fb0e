import { authorityErrors } from "./authority.ts";
import { backupErrors } from "./backup.ts";
import { connectErrors } from "./connect.ts";
import { discoveryErrors } from "./discovery.ts";
import type { ErrorDefinition } from "./definition.ts";
import { issuanceErrors } from "./issuance.ts";
import { estateErrors } from "./estate.ts";
import { etcdErrors } from "./etcd.ts";
import { fileErrors } from "./file.ts";
import { journalErrors } from "./journal.ts";
import { keystoreErrors } from "./keystore.ts";
import { kubernetesErrors } from "./kubernetes.ts";
import { kubeconfigErrors } from "./kubeconfig.ts";
import { leaseErrors } from "./lease.ts";
import { runErrors } from "./run.ts";
import { manifestErrors } from "./manifest.ts";
import { meshErrors } from "./mesh.ts";
import { nodeErrors } from "./node.ts";
import { recoveryErrors } from "./recovery.ts";
import { rehearsalErrors } from "./rehearsal.ts";
import { answerErrors } from "./answer.ts";
import { rotationErrors } from "./rotation.ts";
import { planErrors } from "./plan.ts";
import { sourceErrors } from "./source.ts";
import { storeErrors } from "./store.ts";
import { usageErrors } from "./usage.ts";
import { x509Errors } from "./x509.ts";

/** Every error certwright can report. One file per area beside this one; a code is never reused or renamed. */
export const registry = {
  ...authorityErrors,
  ...backupErrors,
  ...connectErrors,
  ...discoveryErrors,
  ...estateErrors,
  ...etcdErrors,
  ...issuanceErrors,
  ...fileErrors,
  ...journalErrors,
  ...keystoreErrors,
  ...kubernetesErrors,
  ...kubeconfigErrors,
  ...leaseErrors,
  ...runErrors,
  ...manifestErrors,
  ...meshErrors,
  ...nodeErrors,
  ...recoveryErrors,
  ...rehearsalErrors,
  ...answerErrors,
  ...rotationErrors,
  ...planErrors,
  ...sourceErrors,
  ...storeErrors,
  ...usageErrors,
  ...x509Errors,
} as const;

export type ErrorCode = keyof typeof registry;
export type ParametersOf<C extends ErrorCode> =
  (typeof registry)[C] extends ErrorDefinition<infer P> ? P : never;

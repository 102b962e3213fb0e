// Made by `npm run faults` from the files beside it.
import type { Fault } from "../fault.ts";
import { fault as clientExpired } from "./client/expired.ts";
import { fault as clientNoneSent } from "./client/none-sent.ts";
import { fault as fileMissing } from "./file/missing.ts";
import { fault as k8s401ClientCert } from "./k8s/401-client-cert.ts";
import { fault as k8s401SaDeleted } from "./k8s/401-sa-deleted.ts";
import { fault as k8s401TokenAud } from "./k8s/401-token-aud.ts";
import { fault as k8s401TokenExpired } from "./k8s/401-token-expired.ts";
import { fault as k8s401TokenIssuer } from "./k8s/401-token-issuer.ts";
import { fault as k8s401Token } from "./k8s/401-token.ts";
import { fault as k8s403Anonymous } from "./k8s/403-anonymous.ts";
import { fault as k8s403Rbac } from "./k8s/403-rbac.ts";
import { fault as k8sKubeconfigContext } from "./k8s/kubeconfig-context.ts";
import { fault as k8sKubeconfigDataVsFile } from "./k8s/kubeconfig-data-vs-file.ts";
import { fault as k8sKubeconfigExecMissing } from "./k8s/kubeconfig-exec-missing.ts";
import { fault as k8sKubeconfigInsecureWithCa } from "./k8s/kubeconfig-insecure-with-ca.ts";
import { fault as k8sKubeconfigProxyUrl } from "./k8s/kubeconfig-proxy-url.ts";
import { fault as k8sKubeconfigStaleCa } from "./k8s/kubeconfig-stale-ca.ts";
import { fault as nameCnOnly } from "./name/cn-only.ts";
import { fault as nameHostMismatch } from "./name/host-mismatch.ts";
import { fault as nameIdn } from "./name/idn.ts";
import { fault as nameIpAsDns } from "./name/ip-as-dns.ts";
import { fault as nameIpMissing } from "./name/ip-missing.ts";
import { fault as nameNoNames } from "./name/no-names.ts";
import { fault as nameSanMalformed } from "./name/san-malformed.ts";
import { fault as nameServiceDns } from "./name/service-dns.ts";
import { fault as nameSpiffeOnly } from "./name/spiffe-only.ts";
import { fault as nameTargetTrailingDot } from "./name/target-trailing-dot.ts";
import { fault as nameTrailingDot } from "./name/trailing-dot.ts";
import { fault as nameUnderscore } from "./name/underscore.ts";
import { fault as nameWildcardApex } from "./name/wildcard-apex.ts";
import { fault as nameWildcardDepth } from "./name/wildcard-depth.ts";
import { fault as nameWildcardPartial } from "./name/wildcard-partial.ts";
import { fault as netDnsNxdomain } from "./net/dns-nxdomain.ts";
import { fault as netRefused } from "./net/refused.ts";
import { fault as trustNoCaConfigured } from "./trust/no-ca-configured.ts";
import { fault as trustUnknownCa } from "./trust/unknown-ca.ts";

/** Every fault doctor can name. */
export const faults: readonly Fault[] = [
  clientExpired,
  clientNoneSent,
  fileMissing,
  k8s401ClientCert,
  k8s401SaDeleted,
  k8s401TokenAud,
  k8s401TokenExpired,
  k8s401TokenIssuer,
  k8s401Token,
  k8s403Anonymous,
  k8s403Rbac,
  k8sKubeconfigContext,
  k8sKubeconfigDataVsFile,
  k8sKubeconfigExecMissing,
  k8sKubeconfigInsecureWithCa,
  k8sKubeconfigProxyUrl,
  k8sKubeconfigStaleCa,
  nameCnOnly,
  nameHostMismatch,
  nameIdn,
  nameIpAsDns,
  nameIpMissing,
  nameNoNames,
  nameSanMalformed,
  nameServiceDns,
  nameSpiffeOnly,
  nameTargetTrailingDot,
  nameTrailingDot,
  nameUnderscore,
  nameWildcardApex,
  nameWildcardDepth,
  nameWildcardPartial,
  netDnsNxdomain,
  netRefused,
  trustNoCaConfigured,
  trustUnknownCa,
];

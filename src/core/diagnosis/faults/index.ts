// Made by `npm run faults` from the files beside it.
import type { Fault } from "../fault.ts";
import { fault as algKeySmall } from "./alg/key-small.ts";
import { fault as algKeyUnsupported } from "./alg/key-unsupported.ts";
import { fault as algSigMd5 } from "./alg/sig-md5.ts";
import { fault as algSigSha1 } from "./alg/sig-sha1.ts";
import { fault as algSigalgMismatch } from "./alg/sigalg-mismatch.ts";
import { fault as clientCaKeyChanged } from "./client/ca-key-changed.ts";
import { fault as clientCaListMismatch } from "./client/ca-list-mismatch.ts";
import { fault as clientExpired } from "./client/expired.ts";
import { fault as clientKeyMismatch } from "./client/key-mismatch.ts";
import { fault as clientKeyUsage } from "./client/key-usage.ts";
import { fault as clientMissingIntermediate } from "./client/missing-intermediate.ts";
import { fault as clientNameNotAllowed } from "./client/name-not-allowed.ts";
import { fault as clientNoClientauth } from "./client/no-clientauth.ts";
import { fault as clientNoneSent } from "./client/none-sent.ts";
import { fault as clientNotAPairOrder } from "./client/not-a-pair-order.ts";
import { fault as clientNotYetValid } from "./client/not-yet-valid.ts";
import { fault as clientRejected } from "./client/rejected.ts";
import { fault as clientRevoked } from "./client/revoked.ts";
import { fault as clientSanRemoteMismatch } from "./client/san-remote-mismatch.ts";
import { fault as clientSigAlg } from "./client/sig-alg.ts";
import { fault as clientUnused } from "./client/unused.ts";
import { fault as clientWrongCa } from "./client/wrong-ca.ts";
import { fault as etcdAdvertiseHttp } from "./etcd/advertise-http.ts";
import { fault as etcdAutoTlsRestart } from "./etcd/auto-tls-restart.ts";
import { fault as etcdClientCertAuthNoCa } from "./etcd/client-cert-auth-no-ca.ts";
import { fault as etcdClientPortFromPeer } from "./etcd/client-port-from-peer.ts";
import { fault as etcdClusterIdMismatch } from "./etcd/cluster-id-mismatch.ts";
import { fault as etcdDnsSanLookup } from "./etcd/dns-san-lookup.ts";
import { fault as etcdEndpointTypo } from "./etcd/endpoint-typo.ts";
import { fault as etcdHttpSchemeWithCert } from "./etcd/http-scheme-with-cert.ts";
import { fault as etcdListenHttpsNoCert } from "./etcd/listen-https-no-cert.ts";
import { fault as etcdPeerPort } from "./etcd/peer-port.ts";
import { fault as etcdRbacPermission } from "./etcd/rbac-permission.ts";
import { fault as etcdRbacUserMissing } from "./etcd/rbac-user-missing.ts";
import { fault as etcdSelfDialEku } from "./etcd/self-dial-eku.ts";
import { fault as etcdStartKeyMismatch } from "./etcd/start-key-mismatch.ts";
import { fault as etcdStartMissingCert } from "./etcd/start-missing-cert.ts";
import { fault as fileBadBase64 } from "./file/bad-base64.ts";
import { fault as fileBadDer } from "./file/bad-der.ts";
import { fault as fileBom } from "./file/bom.ts";
import { fault as fileCsr } from "./file/csr.ts";
import { fault as fileDanglingSymlink } from "./file/dangling-symlink.ts";
import { fault as fileDer } from "./file/der.ts";
import { fault as fileDoubleBase64 } from "./file/double-base64.ts";
import { fault as fileEmpty } from "./file/empty.ts";
import { fault as fileEncryptedKey } from "./file/encrypted-key.ts";
import { fault as fileEscapedNewlines } from "./file/escaped-newlines.ts";
import { fault as fileIndented } from "./file/indented.ts";
import { fault as fileIsDirectory } from "./file/is-directory.ts";
import { fault as fileJks } from "./file/jks.ts";
import { fault as fileJoinedBlocks } from "./file/joined-blocks.ts";
import { fault as fileKeyCertMismatch } from "./file/key-cert-mismatch.ts";
import { fault as fileKeyTooOpen } from "./file/key-too-open.ts";
import { fault as fileMissing } from "./file/missing.ts";
import { fault as fileNotRegular } from "./file/not-regular.ts";
import { fault as fileOpensshKey } from "./file/openssh-key.ts";
import { fault as filePemOrder } from "./file/pem-order.ts";
import { fault as filePermission } from "./file/permission.ts";
import { fault as filePkcs12 } from "./file/pkcs12.ts";
import { fault as filePkcs7 } from "./file/pkcs7.ts";
import { fault as filePublicKey } from "./file/public-key.ts";
import { fault as fileSwapped } from "./file/swapped.ts";
import { fault as fileTooBig } from "./file/too-big.ts";
import { fault as fileTruncated } from "./file/truncated.ts";
import { fault as fileTrustedCert } from "./file/trusted-cert.ts";
import { fault as fileUtf16 } from "./file/utf16.ts";
import { fault as k8s401ClientCert } from "./k8s/401-client-cert.ts";
import { fault as k8s401SaDeleted } from "./k8s/401-sa-deleted.ts";
import { fault as k8s401TokenAud } from "./k8s/401-token-aud.ts";
import { fault as k8s401TokenExpired } from "./k8s/401-token-expired.ts";
import { fault as k8s401TokenIssuer } from "./k8s/401-token-issuer.ts";
import { fault as k8s401Token } from "./k8s/401-token.ts";
import { fault as k8s403Anonymous } from "./k8s/403-anonymous.ts";
import { fault as k8s403Rbac } from "./k8s/403-rbac.ts";
import { fault as k8sApiserverNotRestarted } from "./k8s/apiserver-not-restarted.ts";
import { fault as k8sEtcdClientWrongCa } from "./k8s/etcd-client-wrong-ca.ts";
import { fault as k8sFrontProxyCa } from "./k8s/front-proxy-ca.ts";
import { fault as k8sKubeconfigContext } from "./k8s/kubeconfig-context.ts";
import { fault as k8sKubeconfigDataVsFile } from "./k8s/kubeconfig-data-vs-file.ts";
import { fault as k8sKubeconfigExecMissing } from "./k8s/kubeconfig-exec-missing.ts";
import { fault as k8sKubeconfigInsecureWithCa } from "./k8s/kubeconfig-insecure-with-ca.ts";
import { fault as k8sKubeconfigProxyUrl } from "./k8s/kubeconfig-proxy-url.ts";
import { fault as k8sKubeconfigStaleCa } from "./k8s/kubeconfig-stale-ca.ts";
import { fault as k8sKubeletClientExpired } from "./k8s/kubelet-client-expired.ts";
import { fault as k8sKubeletServing } from "./k8s/kubelet-serving.ts";
import { fault as k8sSaKeyMismatch } from "./k8s/sa-key-mismatch.ts";
import { fault as k8sWebhookCabundleBad } from "./k8s/webhook-cabundle-bad.ts";
import { fault as k8sWebhookCabundleEmpty } from "./k8s/webhook-cabundle-empty.ts";
import { fault as k8sWebhookCabundle } from "./k8s/webhook-cabundle.ts";
import { fault as meshCacertsChain } from "./mesh/cacerts-chain.ts";
import { fault as meshCitadelRootExpired } from "./mesh/citadel-root-expired.ts";
import { fault as meshIstiodCert } from "./mesh/istiod-cert.ts";
import { fault as meshPlaintextUpstream } from "./mesh/plaintext-upstream.ts";
import { fault as meshRootRotated } from "./mesh/root-rotated.ts";
import { fault as meshSpiffeMissing } from "./mesh/spiffe-missing.ts";
import { fault as meshStrictPlaintext } from "./mesh/strict-plaintext.ts";
import { fault as meshTrustDomain } from "./mesh/trust-domain.ts";
import { fault as meshWorkloadExpired } from "./mesh/workload-expired.ts";
import { fault as meshZtunnelNotRotated } from "./mesh/ztunnel-not-rotated.ts";
import { fault as nameCnOnly } from "./name/cn-only.ts";
import { fault as nameHostMismatch } from "./name/host-mismatch.ts";
import { fault as nameIdn } from "./name/idn.ts";
import { fault as nameIpAsDns } from "./name/ip-as-dns.ts";
import { fault as nameIpMissing } from "./name/ip-missing.ts";
import { fault as nameNoNames } from "./name/no-names.ts";
import { fault as namePeerReverse } from "./name/peer-reverse.ts";
import { fault as nameSanMalformed } from "./name/san-malformed.ts";
import { fault as nameServiceDns } from "./name/service-dns.ts";
import { fault as nameSpiffeOnly } from "./name/spiffe-only.ts";
import { fault as nameTargetTrailingDot } from "./name/target-trailing-dot.ts";
import { fault as nameTrailingDot } from "./name/trailing-dot.ts";
import { fault as nameUnderscore } from "./name/underscore.ts";
import { fault as nameWildcardApex } from "./name/wildcard-apex.ts";
import { fault as nameWildcardDepth } from "./name/wildcard-depth.ts";
import { fault as nameWildcardPartial } from "./name/wildcard-partial.ts";
import { fault as netAcceptQueueFull } from "./net/accept-queue-full.ts";
import { fault as netClosedInHandshake } from "./net/closed-in-handshake.ts";
import { fault as netDnsNxdomain } from "./net/dns-nxdomain.ts";
import { fault as netDnsTimeout } from "./net/dns-timeout.ts";
import { fault as netDnsWrongAddress } from "./net/dns-wrong-address.ts";
import { fault as netFamily } from "./net/family.ts";
import { fault as netFiltered } from "./net/filtered.ts";
import { fault as netIdleReset } from "./net/idle-reset.ts";
import { fault as netOneOfMany } from "./net/one-of-many.ts";
import { fault as netProxyRefused } from "./net/proxy-refused.ts";
import { fault as netProxyUnreachable } from "./net/proxy-unreachable.ts";
import { fault as netRefused } from "./net/refused.ts";
import { fault as netResetInHandshake } from "./net/reset-in-handshake.ts";
import { fault as netResetOnConnect } from "./net/reset-on-connect.ts";
import { fault as netSilentAfterConnect } from "./net/silent-after-connect.ts";
import { fault as netStalledMidHandshake } from "./net/stalled-mid-handshake.ts";
import { fault as netTlsIntercepted } from "./net/tls-intercepted.ts";
import { fault as netUnreachable } from "./net/unreachable.ts";
import { fault as protoAlpnMismatch } from "./proto/alpn-mismatch.ts";
import { fault as protoClientPlaintext } from "./proto/client-plaintext.ts";
import { fault as protoClientTooOld } from "./proto/client-too-old.ts";
import { fault as protoCompressionOfCert } from "./proto/compression-of-cert.ts";
import { fault as protoHandshakeFailure } from "./proto/handshake-failure.ts";
import { fault as protoHttp2Required } from "./proto/http2-required.ts";
import { fault as protoNoCommonCipher } from "./proto/no-common-cipher.ts";
import { fault as protoNoCommonGroup } from "./proto/no-common-group.ts";
import { fault as protoProxyProtocol } from "./proto/proxy-protocol.ts";
import { fault as protoRenegotiationNeeded } from "./proto/renegotiation-needed.ts";
import { fault as protoServerInternal } from "./proto/server-internal.ts";
import { fault as protoServerOtherProtocol } from "./proto/server-other-protocol.ts";
import { fault as protoServerPlaintextHttp } from "./proto/server-plaintext-http.ts";
import { fault as protoSniDefaultCert } from "./proto/sni-default-cert.ts";
import { fault as protoSniRequired } from "./proto/sni-required.ts";
import { fault as protoVersionServerTooOld } from "./proto/version-server-too-old.ts";
import { fault as revokeCrlExpired } from "./revoke/crl-expired.ts";
import { fault as revokeCrlUnreadable } from "./revoke/crl-unreadable.ts";
import { fault as revokeCrlWrongIssuer } from "./revoke/crl-wrong-issuer.ts";
import { fault as revokeCrl } from "./revoke/crl.ts";
import { fault as revokeMustStaple } from "./revoke/must-staple.ts";
import { fault as revokeOcsp } from "./revoke/ocsp.ts";
import { fault as servedKeyMismatch } from "./served/key-mismatch.ts";
import { fault as servedNotConfiguredFile } from "./served/not-configured-file.ts";
import { fault as servedStale } from "./served/stale.ts";
import { fault as servedVaries } from "./served/varies.ts";
import { fault as timeClockSkew } from "./time/clock-skew.ts";
import { fault as timeIntermediateExpired } from "./time/intermediate-expired.ts";
import { fault as timeInverted } from "./time/inverted.ts";
import { fault as timeLeafExpired } from "./time/leaf-expired.ts";
import { fault as timeLeafNotYetValid } from "./time/leaf-not-yet-valid.ts";
import { fault as timeRootExpired } from "./time/root-expired.ts";
import { fault as timeServedStale } from "./time/served-stale.ts";
import { fault as timeSoon } from "./time/soon.ts";
import { fault as trustAnchorIsIntermediate } from "./trust/anchor-is-intermediate.ts";
import { fault as trustBadSignature } from "./trust/bad-signature.ts";
import { fault as trustCaFileEmpty } from "./trust/ca-file-empty.ts";
import { fault as trustCaFileIsLeaf } from "./trust/ca-file-is-leaf.ts";
import { fault as trustCaKeyChanged } from "./trust/ca-key-changed.ts";
import { fault as trustCaNoCertsign } from "./trust/ca-no-certsign.ts";
import { fault as trustCaNotCa } from "./trust/ca-not-ca.ts";
import { fault as trustChainDuplicate } from "./trust/chain-duplicate.ts";
import { fault as trustChainOrder } from "./trust/chain-order.ts";
import { fault as trustCriticalExtUnknown } from "./trust/critical-ext-unknown.ts";
import { fault as trustDepthExceeded } from "./trust/depth-exceeded.ts";
import { fault as trustExpiredCrossSign } from "./trust/expired-cross-sign.ts";
import { fault as trustLeafAsCa } from "./trust/leaf-as-ca.ts";
import { fault as trustMissingIntermediate } from "./trust/missing-intermediate.ts";
import { fault as trustNameConstraints } from "./trust/name-constraints.ts";
import { fault as trustNoCaConfigured } from "./trust/no-ca-configured.ts";
import { fault as trustPathlen } from "./trust/pathlen.ts";
import { fault as trustPeerRejectedUs } from "./trust/peer-rejected-us.ts";
import { fault as trustPinMismatch } from "./trust/pin-mismatch.ts";
import { fault as trustRootSent } from "./trust/root-sent.ts";
import { fault as trustRotationIncomplete } from "./trust/rotation-incomplete.ts";
import { fault as trustSameDnIntermediate } from "./trust/same-dn-intermediate.ts";
import { fault as trustSelfSignedLeaf } from "./trust/self-signed-leaf.ts";
import { fault as trustSystemStore } from "./trust/system-store.ts";
import { fault as trustUnknownCa } from "./trust/unknown-ca.ts";
import { fault as trustWrongRoleCa } from "./trust/wrong-role-ca.ts";
import { fault as usageCaEkuNesting } from "./usage/ca-eku-nesting.ts";
import { fault as usageCriticalExt } from "./usage/critical-ext.ts";
import { fault as usageKeyUsage } from "./usage/key-usage.ts";
import { fault as usageNoClientauth } from "./usage/no-clientauth.ts";
import { fault as usageNoServerauth } from "./usage/no-serverauth.ts";

/** Every fault doctor can name. */
export const faults: readonly Fault[] = [
  algKeySmall,
  algKeyUnsupported,
  algSigMd5,
  algSigSha1,
  algSigalgMismatch,
  clientCaKeyChanged,
  clientCaListMismatch,
  clientExpired,
  clientKeyMismatch,
  clientKeyUsage,
  clientMissingIntermediate,
  clientNameNotAllowed,
  clientNoClientauth,
  clientNoneSent,
  clientNotAPairOrder,
  clientNotYetValid,
  clientRejected,
  clientRevoked,
  clientSanRemoteMismatch,
  clientSigAlg,
  clientUnused,
  clientWrongCa,
  etcdAdvertiseHttp,
  etcdAutoTlsRestart,
  etcdClientCertAuthNoCa,
  etcdClientPortFromPeer,
  etcdClusterIdMismatch,
  etcdDnsSanLookup,
  etcdEndpointTypo,
  etcdHttpSchemeWithCert,
  etcdListenHttpsNoCert,
  etcdPeerPort,
  etcdRbacPermission,
  etcdRbacUserMissing,
  etcdSelfDialEku,
  etcdStartKeyMismatch,
  etcdStartMissingCert,
  fileBadBase64,
  fileBadDer,
  fileBom,
  fileCsr,
  fileDanglingSymlink,
  fileDer,
  fileDoubleBase64,
  fileEmpty,
  fileEncryptedKey,
  fileEscapedNewlines,
  fileIndented,
  fileIsDirectory,
  fileJks,
  fileJoinedBlocks,
  fileKeyCertMismatch,
  fileKeyTooOpen,
  fileMissing,
  fileNotRegular,
  fileOpensshKey,
  filePemOrder,
  filePermission,
  filePkcs12,
  filePkcs7,
  filePublicKey,
  fileSwapped,
  fileTooBig,
  fileTruncated,
  fileTrustedCert,
  fileUtf16,
  k8s401ClientCert,
  k8s401SaDeleted,
  k8s401TokenAud,
  k8s401TokenExpired,
  k8s401TokenIssuer,
  k8s401Token,
  k8s403Anonymous,
  k8s403Rbac,
  k8sApiserverNotRestarted,
  k8sEtcdClientWrongCa,
  k8sFrontProxyCa,
  k8sKubeconfigContext,
  k8sKubeconfigDataVsFile,
  k8sKubeconfigExecMissing,
  k8sKubeconfigInsecureWithCa,
  k8sKubeconfigProxyUrl,
  k8sKubeconfigStaleCa,
  k8sKubeletClientExpired,
  k8sKubeletServing,
  k8sSaKeyMismatch,
  k8sWebhookCabundleBad,
  k8sWebhookCabundleEmpty,
  k8sWebhookCabundle,
  meshCacertsChain,
  meshCitadelRootExpired,
  meshIstiodCert,
  meshPlaintextUpstream,
  meshRootRotated,
  meshSpiffeMissing,
  meshStrictPlaintext,
  meshTrustDomain,
  meshWorkloadExpired,
  meshZtunnelNotRotated,
  nameCnOnly,
  nameHostMismatch,
  nameIdn,
  nameIpAsDns,
  nameIpMissing,
  nameNoNames,
  namePeerReverse,
  nameSanMalformed,
  nameServiceDns,
  nameSpiffeOnly,
  nameTargetTrailingDot,
  nameTrailingDot,
  nameUnderscore,
  nameWildcardApex,
  nameWildcardDepth,
  nameWildcardPartial,
  netAcceptQueueFull,
  netClosedInHandshake,
  netDnsNxdomain,
  netDnsTimeout,
  netDnsWrongAddress,
  netFamily,
  netFiltered,
  netIdleReset,
  netOneOfMany,
  netProxyRefused,
  netProxyUnreachable,
  netRefused,
  netResetInHandshake,
  netResetOnConnect,
  netSilentAfterConnect,
  netStalledMidHandshake,
  netTlsIntercepted,
  netUnreachable,
  protoAlpnMismatch,
  protoClientPlaintext,
  protoClientTooOld,
  protoCompressionOfCert,
  protoHandshakeFailure,
  protoHttp2Required,
  protoNoCommonCipher,
  protoNoCommonGroup,
  protoProxyProtocol,
  protoRenegotiationNeeded,
  protoServerInternal,
  protoServerOtherProtocol,
  protoServerPlaintextHttp,
  protoSniDefaultCert,
  protoSniRequired,
  protoVersionServerTooOld,
  revokeCrlExpired,
  revokeCrlUnreadable,
  revokeCrlWrongIssuer,
  revokeCrl,
  revokeMustStaple,
  revokeOcsp,
  servedKeyMismatch,
  servedNotConfiguredFile,
  servedStale,
  servedVaries,
  timeClockSkew,
  timeIntermediateExpired,
  timeInverted,
  timeLeafExpired,
  timeLeafNotYetValid,
  timeRootExpired,
  timeServedStale,
  timeSoon,
  trustAnchorIsIntermediate,
  trustBadSignature,
  trustCaFileEmpty,
  trustCaFileIsLeaf,
  trustCaKeyChanged,
  trustCaNoCertsign,
  trustCaNotCa,
  trustChainDuplicate,
  trustChainOrder,
  trustCriticalExtUnknown,
  trustDepthExceeded,
  trustExpiredCrossSign,
  trustLeafAsCa,
  trustMissingIntermediate,
  trustNameConstraints,
  trustNoCaConfigured,
  trustPathlen,
  trustPeerRejectedUs,
  trustPinMismatch,
  trustRootSent,
  trustRotationIncomplete,
  trustSameDnIntermediate,
  trustSelfSignedLeaf,
  trustSystemStore,
  trustUnknownCa,
  trustWrongRoleCa,
  usageCaEkuNesting,
  usageCriticalExt,
  usageKeyUsage,
  usageNoClientauth,
  usageNoServerauth,
];

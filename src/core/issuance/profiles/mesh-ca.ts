import type { AuthorityProfile } from "../profile.ts";
import { year } from "../profile-roles.ts";

export const meshCa: AuthorityProfile = {
  kind: "authority",
  name: "mesh-ca",
  summary: "the intermediate that Istio or Linkerd signs workloads with",
  why: "Path length 0: the mesh's CA signs workloads and no further CAs. P-256, because Linkerd takes nothing else and Istio takes it too. Give it the trust domain, and it carries spiffe://TRUST-DOMAIN as SPIFFE wants of signing certificates. The root stays outside of the cluster.",
  citation:
    "SPIFFE X509-SVID sections 3.2 and 4; istio.io plug in CA certificates; linkerd.io generating your own mTLS root certificates",
  key: { algorithm: "ec", curve: "P-256" },
  commonName: "mesh-ca",
  ttl: year,
  pathLength: 0,
  intermediate: true,
  files: [
    { path: "ca-cert.pem", holds: "certificate", mode: 0o644 },
    { path: "ca-key.pem", holds: "key", mode: 0o600 },
  ],
};

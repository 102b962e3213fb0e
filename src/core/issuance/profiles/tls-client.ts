import type { LeafProfile } from "../profile.ts";
import { clientRole } from "../profile-roles.ts";

export const tlsClient: LeafProfile = {
  kind: "leaf",
  name: "tls-client",
  summary: "any client under mutual TLS",
  why: "clientAuth only. The common name is the identity that most servers log and authorize by; DNS names, addresses and URIs may be asked for, because some servers compare those.",
  citation: "RFC 5280 section 4.2.1.12",
  key: { algorithm: "ec", curve: "P-256" },
  role: {
    ...clientRole,
    requireCn: true,
    allowAnyName: true,
    allowIpSans: true,
    allowedUriSans: ["*"],
  },
  example: "reporting",
  commonNameIsServerName: false,
};

import type { LeafProfile } from "../profile.ts";
import { serverRole, year } from "../profile-roles.ts";

export const tlsServer: LeafProfile = {
  kind: "leaf",
  name: "tls-server",
  summary: "any server: web, registry, database, webhook",
  why: "serverAuth only, and at least one host name or address, because clients have not looked at the common name for years. At most 825 days: Apple's platforms refuse longer ones of private CAs too.",
  citation: "RFC 6125 section 6.4.4; Go 1.15 release notes; Apple support article HT210176",
  key: { algorithm: "ec", curve: "P-256" },
  role: { ...serverRole, ttl: year, maxTtl: 825 * 86_400 },
  example: "registry.example.com",
  commonNameIsServerName: true,
};

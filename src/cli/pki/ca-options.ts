import { failure } from "../../core/errors/certwright-error.ts";
import type { NameConstraints } from "../../core/model/certificate.ts";
import type { GeneralName } from "../../core/model/name.ts";
import { formatIpRange, parseIpRange } from "../../core/x509/ip.ts";
import type { CaOrder } from "../../engine/authority/authority.ts";
import type { OptionDefinition } from "../command.ts";
import { integer } from "../values.ts";
import { keySpec, keyTypeOption } from "./key-type.ts";
import { lifetime } from "./lifetime.ts";

const dnsConstraint = (text: string): GeneralName => ({ kind: "dns", value: text });

const ipConstraint = (text: string, flag: string): GeneralName => {
  const bytes = parseIpRange(text);
  if (bytes === undefined) {
    throw failure("usage.invalid-option", {
      option: flag,
      value: text,
      expected: "an address range such as 10.0.0.0/8 or fd00::/8",
    });
  }
  return { kind: "ip", bytes, value: formatIpRange(bytes) ?? text };
};

/** What the commands that make a CA certificate have in common. */
export const caOptions = {
  profile: {
    flag: "-p, --profile <name>",
    description: "a built-in authority profile, for example kubernetes-ca or mesh-ca",
  },
  cn: { flag: "--cn <name>", description: "common name (default: the issuer's name)" },
  organization: {
    flag: "--organization <name>",
    description: "organization in the subject",
    repeat: true,
  },
  keyType: keyTypeOption,
  ttl: {
    flag: "--ttl <duration>",
    description: "how long it is valid (default: 10y for a root, 5y for an intermediate)",
    parse: lifetime,
  },
  pathLength: {
    flag: "--path-length <number>",
    description: "how many CAs may stand below it (default: any for a root, 0 for an intermediate)",
    // RFC 5280 names no limit; deeper hierarchies than ten are a slip.
    parse: integer(0, 10),
  },
  permitDns: {
    flag: "--permit-dns <domain>",
    description: "allow only names in this domain (name constraint)",
    repeat: true,
    parse: dnsConstraint,
  },
  permitIp: {
    flag: "--permit-ip <range>",
    description: "allow only addresses in this range",
    repeat: true,
    parse: ipConstraint,
  },
  excludeDns: {
    flag: "--exclude-dns <domain>",
    description: "allow no names in this domain",
    repeat: true,
    parse: dnsConstraint,
  },
  excludeIp: {
    flag: "--exclude-ip <range>",
    description: "allow no addresses in this range",
    repeat: true,
    parse: ipConstraint,
  },
  trustDomain: {
    flag: "--trust-domain <domain>",
    description: "SPIFFE trust domain, for the CA of a mesh",
  },
} as const satisfies Readonly<Record<string, OptionDefinition>>;

interface CaChoice {
  readonly profile: string | undefined;
  readonly cn: string | undefined;
  readonly organization: readonly string[];
  readonly keyType: Parameters<typeof keySpec>[0] | undefined;
  readonly ttl: number | undefined;
  readonly pathLength: number | undefined;
  readonly permitDns: readonly GeneralName[];
  readonly permitIp: readonly GeneralName[];
  readonly excludeDns: readonly GeneralName[];
  readonly excludeIp: readonly GeneralName[];
  readonly trustDomain: string | undefined;
}

export const caOrder = (name: string, choice: CaChoice): CaOrder => {
  const constraints = constraintsOf(choice);
  return {
    name,
    organization: choice.organization,
    ...(choice.profile === undefined ? {} : { profile: choice.profile }),
    ...(choice.cn === undefined ? {} : { commonName: choice.cn }),
    ...(choice.keyType === undefined ? {} : { key: keySpec(choice.keyType) }),
    ...(choice.ttl === undefined ? {} : { lifetime: choice.ttl }),
    ...(choice.pathLength === undefined ? {} : { pathLength: choice.pathLength }),
    ...(choice.trustDomain === undefined ? {} : { trustDomain: choice.trustDomain }),
    ...(constraints === undefined ? {} : { nameConstraints: constraints }),
  };
};

const constraintsOf = (choice: CaChoice): NameConstraints | undefined => {
  const permitted = [...choice.permitDns, ...choice.permitIp];
  const excluded = [...choice.excludeDns, ...choice.excludeIp];
  return permitted.length + excluded.length === 0 ? undefined : { permitted, excluded };
};

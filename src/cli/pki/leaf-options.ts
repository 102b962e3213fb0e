import { readFileBounded } from "../../adapters/files/read.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { parseRole } from "../../core/issuance/parse-role.ts";
import { utf8Of } from "../../core/bytes/utf8.ts";
import type { Authority, LeafOrder } from "../../engine/authority/authority.ts";
import type { OptionDefinition } from "../command.ts";
import { lifetime } from "./lifetime.ts";

/**
 * Vault's alt_names, which both become, tells them apart by the @ alone: without it an e-mail address would turn into a
 * DNS name, silently.
 */
const withAt =
  (wanted: boolean, expected: string) =>
  (text: string, flag: string): string => {
    if (text.includes("@") === wanted) return text;
    throw failure("usage.invalid-option", { option: flag, value: text, expected });
  };

/** What `issue` and `sign` have in common. */
export const leafOptions = {
  issuer: {
    flag: "-i, --issuer <name>",
    description: "who signs (default: the only issuer there is)",
  },
  profile: {
    flag: "-p, --profile <name>",
    description: "a built-in profile: tls-server, tls-client, etcd-server, kube-apiserver, …",
  },
  role: {
    flag: "--role <file>",
    description: "a role of your own: JSON or YAML with the fields of Vault's PKI roles",
  },
  cn: { flag: "--cn <name>", description: "common name" },
  dns: {
    flag: "--dns <name>",
    description: "DNS name",
    repeat: true,
    parse: withAt(false, "a DNS name such as etcd-1.example.com"),
  },
  ip: { flag: "--ip <address>", description: "IP address", repeat: true },
  uri: { flag: "--uri <uri>", description: "URI, for example a SPIFFE id", repeat: true },
  email: {
    flag: "--email <address>",
    description: "e-mail address",
    repeat: true,
    parse: withAt(true, "an e-mail address such as alice@example.com"),
  },
  ttl: {
    flag: "--ttl <duration>",
    description: "how long it is valid (default: what the profile or role says)",
    parse: lifetime,
  },
} as const satisfies Readonly<Record<string, OptionDefinition>>;

interface LeafChoice {
  readonly issuer: string | undefined;
  readonly profile: string | undefined;
  readonly role: string | undefined;
  readonly cn: string | undefined;
  readonly dns: readonly string[];
  readonly ip: readonly string[];
  readonly uri: readonly string[];
  readonly email: readonly string[];
  readonly ttl: number | undefined;
}

export const leafOrder = async (authority: Authority, choice: LeafChoice): Promise<LeafOrder> => {
  const { profile, role, cn, dns, ip, uri, email, ttl } = choice;
  if (profile !== undefined && role !== undefined) {
    throw failure("usage.conflict", { first: "--profile", second: "--role" });
  }
  const issuer = choice.issuer ?? (await onlyIssuer(authority));
  if (profile === undefined && role === undefined) {
    throw failure("authority.which-rules", { issuer });
  }
  return {
    issuer,
    ...(profile === undefined ? {} : { profile }),
    ...(role === undefined ? {} : { role: await readRole(role) }),
    ...(cn === undefined ? {} : { commonName: cn }),
    ...(ttl === undefined ? {} : { lifetime: ttl }),
    dns,
    ip,
    uri,
    email,
  };
};

/** With one issuer there is nothing to choose. */
const onlyIssuer = async (authority: Authority): Promise<string> => {
  const known = (await authority.issuers()).map(({ name }) => name);
  if (known.length > 1) throw failure("authority.which-issuer", { known });
  const [only] = known;
  if (only === undefined) throw failure("authority.no-issuer", { name: "NAME", known });
  return only;
};

const readRole = async (path: string): Promise<NonNullable<LeafOrder["role"]>> => {
  const { text } = utf8Of(readFileBounded(path).bytes);
  const name = path.replace(/^.*\//, "").replace(/\.(json|ya?ml)$/, "");
  const { parse } = await import("yaml");
  let fields: unknown;
  try {
    // JSON is YAML too.
    fields = parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n", 1)[0]! : "unreadable";
    throw failure("role.unreadable", { where: path, why }, error);
  }
  return { name, fields: parseRole(fields, { where: path }).role };
};

import { extendedUsagesOf } from "../../src/core/issuance/key-purposes.ts";
import { keyUsagesFor } from "../../src/core/issuance/key-usages.ts";
import type { LeafProfile, Profile } from "../../src/core/issuance/profile.ts";
import { profiles } from "../../src/core/issuance/profiles.ts";
import { rules } from "../../src/core/issuance/rules.ts";
import type { KeySpec } from "../../src/core/model/key.ts";
import { oidName } from "../../src/core/x509/oids.ts";
import { shortDuration } from "../../src/core/text/duration.ts";

const keyText = (key: KeySpec): string =>
  key.algorithm === "rsa" ? `RSA ${key.bits}` : key.algorithm === "ec" ? key.curve : "Ed25519";

const commonNameText = ({
  commonName,
  example,
  role,
  commonNameIsServerName,
}: LeafProfile): string => {
  if (commonName === undefined) {
    const what = role.requireCn ? "asked for" : "asked for, else the first DNS name";
    return `${what} (\`${example}\`)${commonNameIsServerName ? ", also written as a DNS name" : ""}`;
  }
  return "fixed" in commonName
    ? `\`${commonName.fixed}\``
    : `\`${commonName.prefix}\` and the name asked for`;
};

const namesText = (profile: LeafProfile): string => {
  const always = [...(profile.always?.dns ?? []), ...(profile.always?.ip ?? [])];
  const asked = profile.role.allowAnyName ? "DNS names and IP addresses asked for" : "none";
  return always.length === 0
    ? asked
    : `${asked}; always ${always.map((name) => `\`${name}\``).join(", ")}`;
};

const table = (rows: readonly (readonly [string, string])[]): string[] => [
  "| | |",
  "|---|---|",
  ...rows.map(([name, text]) => `| ${name} | ${text} |`),
];

const leafRows = (profile: LeafProfile): [string, string][] => [
  ["common name", commonNameText(profile)],
  ...(profile.role.organization.length === 0
    ? []
    : [["organization", `\`${profile.role.organization.join(", ")}\``] as [string, string]]),
  ["alternative names", namesText(profile)],
  ["usages", extendedUsagesOf(profile.role).map(oidName).join(", ")],
  ["key usage", keyUsagesFor(profile.role, profile.key.algorithm, false).join(", ")],
  [
    "lifetime",
    `${shortDuration(profile.role.ttl)}, at most ${shortDuration(profile.role.maxTtl)}, never beyond its issuer`,
  ],
  ...(profile.issuer === undefined
    ? []
    : [["issuer", `[${profile.issuer}](#${profile.issuer})`] as [string, string]]),
];

const rowsOf = (profile: Profile): [string, string][] => [
  ...(profile.kind === "leaf"
    ? leafRows(profile)
    : ([
        [
          "common name",
          `\`${profile.commonName}\`; of the second generation \`${profile.commonName} g2\``,
        ],
        ["usages", "signs certificates and revocation lists"],
        ["path length", profile.pathLength === undefined ? "open" : String(profile.pathLength)],
        ["lifetime", shortDuration(profile.ttl)],
      ] as [string, string][])),
  ["key", keyText(profile.key)],
  ...(profile.files === undefined
    ? []
    : [
        [
          "files",
          profile.files
            .map(({ path, mode }) => `\`${path}\` (${mode.toString(8).padStart(4, "0")})`)
            .join(", "),
        ] as [string, string],
      ]),
];

/** docs/reference/profiles.md: every built-in profile, and the rules that requests are held to. */
export const profilesPage = (): string => {
  const lines = [
    "# Profiles",
    "",
    "What `certwright issue --profile NAME` and `certwright sign --profile NAME` make. A profile is a role with the parts that a program dictates: usages, names, key, lifetime, file modes. Keys of another type can be asked for; key usages follow the key, so that an EC key never claims keyEncipherment.",
    "",
    "Made from src/core/issuance by `npm run docs`.",
    "",
    "| profile | for | usages |",
    "|---|---|---|",
    ...profiles.map((profile) => {
      const usages =
        profile.kind === "leaf" ? extendedUsagesOf(profile.role).map(oidName).join(", ") : "CA";
      return `| [${profile.name}](#${profile.name}) | ${profile.summary} | ${usages} |`;
    }),
  ];
  for (const profile of profiles) {
    lines.push("", `## ${profile.name}`, "", `For ${profile.summary}.`, "", profile.why, "");
    lines.push(...table(rowsOf(profile)), "", `Source: ${profile.citation}.`);
  }
  lines.push(
    "",
    "## Rules",
    "",
    "A request is held to these, in this order; the first that refuses wins. `certwright issue --explain` shows them all with what would pass. Refusals that Vault knows have Vault's words.",
    "",
    "| rule | demands | source |",
    "|---|---|---|",
    ...rules.map(
      ({ name, demands, citation }) =>
        `| ${name} | ${demands} | ${citation.replaceAll("*", "\\*")} |`,
    ),
  );
  return `${lines.join("\n")}\n`;
};

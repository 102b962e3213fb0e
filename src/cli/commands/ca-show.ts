import { formatGeneralName, formatName } from "../../core/x509/names.ts";
import { formatInstant } from "../../core/x509/time.ts";
import type { Certificate, KeyId } from "../../core/model/certificate.ts";
import type { Generation, Issuer } from "../../engine/authority/authority.ts";
import { defineCommand } from "../command.ts";
import { columns, outputOption, writeData } from "../output.ts";
import { certificatePem, issuerData } from "../pki/describe.ts";
import { dirOption, withPki } from "../pki/open-pki.ts";

export const command = defineCommand({
  description:
    "Shows an issuer with all its generations: certificate, key id, constraints, and the request while an external CA has not answered. No passphrase is needed.",
  arguments: { name: { description: "the issuer" } },
  options: { dir: dirOption, output: outputOption("json", "yaml", "pem") },
  examples: [
    { command: "certwright ca show etcd-ca", does: "Show an issuer" },
    { command: "certwright ca show etcd-ca -o pem", does: "Print its certificates" },
  ],
  async run(terminal, { arguments: { name }, options }) {
    const [issuer, keys] = await withPki(terminal, options, "use", async (authority, hasKey) => {
      const found = await authority.issuer(name);
      const there = new Set<KeyId>();
      for (const { keyId } of found.generations) if (await hasKey(keyId)) there.add(keyId);
      return [found, there] as const;
    });
    switch (options.output) {
      case "text":
        terminal.write(issuerText(issuer, keys));
        break;
      case "pem":
        terminal.write(
          certificatePem(issuer.generations.flatMap(({ certificate }) => certificate ?? [])),
        );
        break;
      default:
        await writeData(terminal, options.output, issuerData(issuer, keys));
    }
  },
});

type Keys = ReadonlySet<KeyId>;

const issuerText = ({ name, generations }: Issuer, keys: Keys): string =>
  generations
    .map(
      (generation) =>
        `${name}, generation ${generation.number}\n${columns(rows(generation, keys))}`,
    )
    .join("\n");

const rows = (generation: Generation, keys: Keys): readonly (readonly string[])[] => {
  const { certificate, stage, keyId, chain, crossSigns } = generation;
  const about = [
    ["  stage", stage],
    ["  key id", keyId],
    ["  private key", keys.has(keyId) ? "in this PKI" : "not in this PKI: it cannot sign"],
  ];
  if (certificate === undefined) return [...about, ["  certificate", "waits for an external CA"]];
  return [
    ...about,
    ["  subject", formatName(certificate.subject)],
    ["  signed by", chain.length === 0 ? "itself" : formatName(certificate.issuer)],
    [
      "  valid",
      `${formatInstant(certificate.notBefore)} to ${formatInstant(certificate.notAfter)}`,
    ],
    ["  serial", certificate.serial],
    ["  fingerprint", certificate.fingerprint],
    ["  CAs below", pathLengthText(certificate)],
    ...constraintRows(certificate),
    ...crossSigns.map(({ by, certificate: crossed }) => [
      "  cross-signed",
      `by generation ${by}, until ${formatInstant(crossed.notAfter)}`,
    ]),
  ];
};

const pathLengthText = ({ basicConstraints }: Certificate): string => {
  const length = basicConstraints?.pathLength;
  return length === undefined ? "any number" : length === 0 ? "none" : `at most ${length} deep`;
};

const constraintRows = ({ nameConstraints }: Certificate): readonly (readonly string[])[] => [
  ...(nameConstraints?.permitted ?? []).map((name) => ["  permits", formatGeneralName(name)]),
  ...(nameConstraints?.excluded ?? []).map((name) => ["  excludes", formatGeneralName(name)]),
];

import { formatName } from "../../core/x509/names.ts";
import { formatInstant } from "../../core/x509/time.ts";
import type { Issuer } from "../../engine/authority/authority.ts";
import type { CertificateFilter, StoredCertificate } from "../../ports/store.ts";
import { defineCommand } from "../command.ts";
import { outputOption, table, writeData } from "../output.ts";
import { issuerData, storedData } from "../pki/describe.ts";
import { dirOption, withPki } from "../pki/open-pki.ts";
import { serial as serialOption } from "../pki/serial.ts";
import { integer } from "../values.ts";

export const command = defineCommand({
  description:
    "Lists the issuers of the PKI, or with --certificates what they issued, newest first. A filter implies --certificates. No passphrase is needed.",
  options: {
    certificates: { flag: "-c, --certificates", description: "list what was issued" },
    issuer: { flag: "-i, --issuer <name>", description: "only by this issuer" },
    serial: {
      flag: "--serial <serial>",
      description: "only the one with this serial",
      parse: serialOption,
    },
    subject: { flag: "--subject <text>", description: "only those with this text in the subject" },
    revoked: { flag: "--revoked", description: "only revoked ones" },
    valid: { flag: "--valid", description: "only those that have not expired" },
    limit: {
      flag: "--limit <number>",
      description: "at most this many",
      default: "1000",
      parse: integer(1, 10_000_000),
    },
    dir: dirOption,
    output: outputOption("json", "yaml"),
  },
  examples: [
    { command: "certwright ca list", does: "List the issuers" },
    { command: "certwright ca list --subject etcd-1 --valid", does: "Find a node's certificates" },
  ],
  async run(terminal, { options }) {
    const { issuer, serial, subject, revoked, valid, output } = options;
    const filter: CertificateFilter = {
      limit: options.limit,
      ...(issuer === undefined ? {} : { issuer }),
      ...(serial === undefined ? {} : { serial }),
      ...(subject === undefined ? {} : { subject }),
      ...(revoked ? { revoked: true } : {}),
      ...(valid ? { validAt: terminal.now() } : {}),
    };
    const wanted = options.certificates || Object.keys(filter).length > 1;
    await withPki(terminal, options, "use", async (authority) => {
      if (wanted) {
        const found = await authority.certificates(filter);
        if (output !== "text") await writeData(terminal, output, found.map(storedData));
        else terminal.write(table(terminal, certificateHeadings, found.map(certificateRow)));
        return;
      }
      const issuers = await authority.issuers();
      if (output !== "text")
        await writeData(
          terminal,
          output,
          issuers.map((one) => issuerData(one)),
        );
      else terminal.write(table(terminal, issuerHeadings, issuers.map(issuerRow)));
    });
  },
});

const date = (instant: number): string => formatInstant(instant).slice(0, 10);

const certificateHeadings = ["SUBJECT", "PROFILE", "ISSUER", "UNTIL", "STATE", "SERIAL"];
const certificateRow = (stored: StoredCertificate): readonly string[] => [
  stored.subject || "(empty)",
  stored.profile,
  stored.issuer,
  date(stored.notAfter),
  stored.revokedAt === undefined ? "issued" : `revoked ${date(stored.revokedAt)}`,
  stored.serial,
];

const issuerHeadings = ["ISSUER", "SUBJECT", "SIGNED BY", "UNTIL", "GENERATIONS"];
const issuerRow = ({ name, current, generations }: Issuer): readonly string[] => {
  if (current === undefined) return [name, "(waits for an external CA)", "", "", "1"];
  const { subject, issuer, notAfter } = current.certificate;
  const self = current.chain.length === 0;
  return [
    name,
    formatName(subject),
    self ? "itself" : formatName(issuer),
    date(notAfter),
    String(generations.length),
  ];
};

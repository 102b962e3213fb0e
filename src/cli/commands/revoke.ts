import { existsSync } from "node:fs";

import { failure } from "../../core/errors/certwright-error.ts";
import { formatInstant } from "../../core/x509/time.ts";
import { defineCommand } from "../command.ts";
import { outputOption, writeData } from "../output.ts";
import { storedData } from "../pki/describe.ts";
import { dirOption, withPki } from "../pki/open-pki.ts";
import { readInputMaterial } from "../pki/read-material.ts";
import type { Terminal } from "../terminal.ts";

/** RFC 5280 section 5.3.1, without those that are for other kinds of lists, and without the hold that can be undone. */
const reasons = [
  "unspecified",
  "keyCompromise",
  "cACompromise",
  "affiliationChanged",
  "superseded",
  "cessationOfOperation",
  "privilegeWithdrawn",
] as const;

export const command = defineCommand({
  description:
    "Revokes a certificate for good, by serial or by its file. It takes effect where the issuer's revocation list is looked at: make and distribute a fresh one afterwards. etcd looks at --client-crl-file and --peer-crl-file; kube-apiserver looks at none. No passphrase is needed.",
  arguments: {
    certificate: { description: "serial (hexadecimal), or a file with the certificate" },
  },
  options: {
    reason: {
      flag: "-r, --reason <reason>",
      description: `why: ${reasons.join(", ")}`,
      choices: reasons,
      default: "unspecified",
    },
    issuer: { flag: "-i, --issuer <name>", description: "whose certificate it is" },
    dir: dirOption,
    output: outputOption("json", "yaml"),
  },
  examples: [
    { command: "certwright revoke alice.crt --reason keyCompromise", does: "Revoke by file" },
    { command: "certwright revoke 4f:1c:…:09", does: "Revoke by serial" },
  ],
  async run(terminal, { arguments: { certificate: word }, options }) {
    const serial = await serialOf(terminal, word);
    const which = options.issuer === undefined ? { serial } : { serial, issuer: options.issuer };
    const { revoked, generations } = await withPki(terminal, options, "use", async (authority) => {
      const certificate = await authority.revoke(which, options.reason);
      const issuer = await authority.issuer(certificate.issuer);
      return { revoked: certificate, generations: issuer.generations.length };
    });
    if (options.output !== "text") {
      await writeData(terminal, options.output, storedData(revoked));
      return;
    }
    terminal.write(
      `revoked ${revoked.subject || revoked.serial} at ${formatInstant(revoked.revokedAt!)}\n`,
    );
    const { issuer, generation } = revoked;
    const hint = terminal.emphasize("cyan", "hint:");
    terminal.say(`${hint} certwright ca crl ${issuer} --out ${issuer}.crl`);
    if (generations > 1) {
      terminal.say(
        `${hint} where one list is read, as by etcd: certwright ca crl ${issuer} --generation ${generation} --der --out ${issuer}-${generation}.crl`,
      );
    }
  },
});

/** A word that is a file is one: nobody names files like serials of twenty octets. */
const serialOf = async (terminal: Terminal, word: string): Promise<string> => {
  if (/^[0-9A-Fa-f]{2}([:-]?[0-9A-Fa-f]{2})*$/.test(word) && !existsSync(word)) return word;
  const { certificates } = await readInputMaterial(terminal, word);
  const first = certificates[0]?.certificate;
  if (first === undefined) throw failure("source.no-certificate", { source: word, what: "" });
  return first.serial;
};

import { utf8Bytes } from "../../core/bytes/utf8.ts";
import { writePem } from "../../core/x509/pem.ts";
import { formatInstant } from "../../core/x509/time.ts";
import { defineCommand } from "../command.ts";
import { outputOption, writeData } from "../output.ts";
import { lifetime } from "../pki/lifetime.ts";
import { pkiOptions, withPki } from "../pki/open-pki.ts";
import { changeText, writeOut } from "../pki/place-files.ts";

export const command = defineCommand({
  description:
    "Signs a fresh list of the issuer's revoked certificates. Each has a higher number than the one before. Make one before the last one's end even when nothing was revoked: verifiers that ask for lists refuse without a current one.",
  arguments: { name: { description: "the issuer" } },
  options: {
    out: { flag: "--out <file>", description: "write here (default: standard output)" },
    der: { flag: "--der", description: "in DER instead of PEM" },
    ttl: {
      flag: "--ttl <duration>",
      description: "when the next list is due (default: 30d)",
      parse: lifetime,
    },
    yes: { flag: "-y, --yes", description: "replace the file that is there; a backup is kept" },
    ...pkiOptions,
    output: outputOption("json", "yaml"),
  },
  examples: [
    { command: "certwright ca crl etcd-ca --out etcd-ca.crl --yes", does: "Renew a list" },
    { command: "certwright ca crl etcd-ca | openssl crl -noout -text", does: "Look at it" },
  ],
  async run(terminal, { arguments: { name }, options }) {
    const toStdout = options.out === undefined || options.out === "-";
    const write = await writeOut(terminal, options.out ?? "-", 0o644, options.yes);
    const list = await withPki(terminal, options, "use", (authority) =>
      authority.crl(name, options.ttl === undefined ? {} : { lifetime: options.ttl }),
    );
    const pem = writePem("X509 CRL", list.der);
    const data = {
      issuer: name,
      generation: list.generation,
      number: Number(list.number),
      thisUpdate: formatInstant(list.thisUpdate),
      nextUpdate: formatInstant(list.nextUpdate),
    };
    if (toStdout && options.output !== "text") {
      await writeData(terminal, options.output, { ...data, crl: pem });
      return;
    }
    const change = await write(options.der ? list.der : utf8Bytes(pem));
    if (options.output !== "text") await writeData(terminal, options.output, { ...data, change });
    else if (change !== undefined) {
      terminal.say(
        `${change.path}: list ${data.number} of ${name}, ${changeText(change)}; the next is due by ${data.nextUpdate}`,
      );
    }
  },
});

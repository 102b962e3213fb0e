import { utf8Bytes } from "../../core/bytes/utf8.ts";
import { writePem } from "../../core/x509/pem.ts";
import { formatInstant } from "../../core/x509/time.ts";
import { defineCommand } from "../command.ts";
import { outputOption, writeData } from "../output.ts";
import { lifetime } from "../pki/lifetime.ts";
import { pkiOptions, withPki } from "../pki/open-pki.ts";
import { changeText, writeOut } from "../pki/place-files.ts";
import { integer } from "../values.ts";

export const command = defineCommand({
  description:
    "Signs a fresh list of the issuer's revoked certificates: one for each generation that still has certificates in use, signed by that generation; that of the one that issues now comes first. Each has a higher number than the one that its generation had before. etcd reads one list, in DER: name its generation. Make one before the last one's end even when nothing was revoked: verifiers that ask for lists refuse without a current one.",
  arguments: { name: { description: "the issuer" } },
  options: {
    out: { flag: "--out <file>", description: "write here (default: standard output)" },
    der: { flag: "--der", description: "in DER instead of PEM; holds one list" },
    generation: {
      flag: "--generation <number>",
      description: "the list of this generation alone (default: of all that have certificates)",
      parse: integer(1, 1_000_000),
    },
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
    {
      command: "certwright ca crl etcd-ca --generation 1 --der --out etcd-ca.crl --yes",
      does: "As etcd reads it (--client-crl-file)",
    },
  ],
  async run(terminal, { arguments: { name }, options }) {
    const toStdout = options.out === undefined || options.out === "-";
    const write = await writeOut(terminal, options.out ?? "-", 0o644, options.yes);
    const made = await withPki(terminal, options, "use", (authority) =>
      authority.crl(name, {
        ...(options.ttl === undefined ? {} : { lifetime: options.ttl }),
        ...(options.generation === undefined ? {} : { generation: options.generation }),
        single: options.der,
      }),
    );
    const pems = made.map(({ der }) => writePem("X509 CRL", der));
    const lists = made.map((list) => ({
      generation: list.generation,
      number: Number(list.number),
      thisUpdate: formatInstant(list.thisUpdate),
      nextUpdate: formatInstant(list.nextUpdate),
    }));
    if (toStdout && options.output !== "text") {
      const withText = lists.map((list, i) => ({ ...list, crl: pems[i] }));
      await writeData(terminal, options.output, { issuer: name, lists: withText });
      return;
    }
    const change = await write(options.der ? made[0]!.der : utf8Bytes(pems.join("")));
    if (options.output !== "text") {
      await writeData(terminal, options.output, { issuer: name, lists, change });
    } else if (change !== undefined) {
      const words = lists.map((l) => `list ${l.number} of ${name} (generation ${l.generation})`);
      terminal.say(
        `${change.path}: ${words.join(", ")}, ${changeText(change)}; to be made again by ${lists[0]!.nextUpdate}`,
      );
    }
  },
});

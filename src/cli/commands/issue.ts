import { join } from "node:path";

import { localFolders } from "../../adapters/files/local-folders.ts";
import { utf8Bytes } from "../../core/bytes/utf8.ts";
import type { Issued, IssueOrder } from "../../engine/authority/authority.ts";
import type { DesiredFile } from "../../ports/files.ts";
import { defineCommand } from "../command.ts";
import { columns, outputOption, writeData } from "../output.ts";
import { certificateData, certificatePem } from "../pki/describe.ts";
import { explainOrder } from "../pki/explain-order.ts";
import { keySpec, keyTypeOption } from "../pki/key-type.ts";
import { leafOptions, leafOrder } from "../pki/leaf-options.ts";
import { makeLeaf } from "../pki/make-leaf.ts";
import { pkiOptions, withPki } from "../pki/open-pki.ts";
import { agreeToReplace, changeText, placeFiles } from "../pki/place-files.ts";
import type { Terminal } from "../terminal.ts";

export const command = defineCommand({
  description:
    "Issues a certificate for a new key, under a built-in profile or a role of your own. Writes NAME.crt (the certificate and those between it and the root), NAME.key (0600) and ca.crt (what the other side must trust). The certificate is in the store before it is written or printed; the key is kept nowhere else. With --explain or --dry-run nothing is issued: they say whether it would be, which rule refuses and what would pass.",
  options: {
    ...leafOptions,
    keyType: keyTypeOption,
    out: {
      flag: "--out <folder>",
      description: "folder to write to, made if missing (- prints all, key included)",
      default: ".",
    },
    name: {
      flag: "--name <word>",
      description: "start of the file names (default: the common name or first name)",
    },
    explain: { flag: "--explain", description: "issue nothing; show every rule and its verdict" },
    dryRun: {
      flag: "--dry-run",
      description: "issue nothing; say whether it would pass and what it would say",
    },
    yes: { flag: "-y, --yes", description: "replace files that are there; backups are kept" },
    ...pkiOptions,
    output: outputOption("json", "yaml"),
  },
  examples: [
    {
      command:
        "certwright issue --issuer etcd-ca --profile etcd-server --dns etcd-1.example.com --ip 10.0.0.11",
      does: "Issue an etcd member's server certificate",
    },
    {
      command: "certwright issue --profile tls-client --cn alice --out alice/ --ttl 30d",
      does: "Issue a client certificate into a folder",
    },
    {
      command: "certwright issue --role web.json --cn www.example.com --explain",
      does: "See whether a role of Vault's would allow it",
    },
  ],
  async run(terminal, { options }) {
    return await withPki(terminal, options, "use", async (authority) => {
      terminal.leaving("nothing was issued");
      const leaf = await leafOrder(authority, options);
      const { keyType } = options;
      const order: IssueOrder = keyType === undefined ? leaf : { ...leaf, key: keySpec(keyType) };
      if (options.explain || options.dryRun) {
        return await explainOrder(terminal, authority, order, options);
      }
      const issue = () => makeLeaf(terminal, order, () => authority.issue(order));
      if (options.out === "-") {
        await print(terminal, await issue(), options.output);
        return 0;
      }
      const name = fileName(options.name, order);
      await localFolders.make({ path: options.out, mode: 0o755 });
      const places = placesOf(options.out, name);
      const agreed = await agreeToReplace(
        terminal,
        [
          { path: places.certificate, mode: 0o644 },
          { path: places.key, mode: 0o600 },
          {
            path: places.ca,
            mode: 0o644,
            content: utf8Bytes(await bundleOf(authority, order.issuer)),
          },
        ],
        options.yes,
      );
      const issued = await issue();
      const changes = await placeFiles(agreed, filesOf(places, issued));
      warn(terminal, issued.warnings);
      const certificate = certificateData(issued.certificate);
      if (options.output !== "text") {
        const { warnings } = issued;
        await writeData(terminal, options.output, {
          certificate,
          files: places,
          changes,
          warnings,
        });
        return 0;
      }
      const subject = certificate.subject || certificate.names.join(", ") || name;
      terminal.write(`issued ${subject} until ${certificate.notAfter}\n`);
      terminal.write(columns(changes.map((change) => [`  ${change.path}`, changeText(change)])));
      return 0;
    });
  },
});

interface Places {
  readonly certificate: string;
  readonly key: string;
  readonly ca: string;
}

const placesOf = (folder: string, name: string): Places => ({
  certificate: join(folder, `${name}.crt`),
  key: join(folder, `${name}.key`),
  ca: join(folder, "ca.crt"),
});

/** What stands for the certificate, made safe as a file's name: "*.example.com" is "_.example.com". */
const fileName = (chosen: string | undefined, order: IssueOrder): string => {
  const word =
    chosen ??
    order.commonName ??
    [order.dns, order.ip, order.email, order.uri].flatMap((names) => names ?? [])[0] ??
    order.profile ??
    "certificate";
  // A leading dot would hide the file.
  return word.replaceAll(/[^A-Za-z0-9._@=-]+/g, "_").replace(/^\./, "_");
};

const bundleOf = async (
  authority: { issuer(name: string): Promise<{ current?: Pick<Issued, "certificate" | "chain"> }> },
  name: string,
): Promise<string> => {
  const { current } = await authority.issuer(name);
  if (current === undefined) return "";
  return certificatePem([current.chain.at(-1) ?? current.certificate]);
};

const filesOf = (places: Places, issued: Issued): readonly DesiredFile[] => [
  {
    path: places.key,
    content: utf8Bytes(issued.key.pem("pkcs8")),
    mode: 0o600,
    pair: places.certificate,
  },
  {
    path: places.certificate,
    content: utf8Bytes(leafPem(issued)),
    mode: 0o644,
    pair: places.certificate,
  },
  { path: places.ca, content: utf8Bytes(rootPem(issued)), mode: 0o644 },
];

/** The root is left out: who verifies has it, or does not trust it. */
const leafPem = ({ certificate, chain }: Issued): string =>
  certificatePem([certificate, ...chain.slice(0, -1)]);

const rootPem = ({ chain }: Issued): string => certificatePem(chain.slice(-1));

const print = async (
  terminal: Terminal,
  issued: Issued,
  output: "text" | "json" | "yaml",
): Promise<void> => {
  warn(terminal, issued.warnings);
  const key = issued.key.pem("pkcs8");
  if (output === "text") {
    terminal.write(key + leafPem(issued) + rootPem(issued));
    return;
  }
  await writeData(terminal, output, {
    certificate: certificateData(issued.certificate),
    pem: { certificate: leafPem(issued), key, ca: rootPem(issued) },
    warnings: issued.warnings,
  });
};

const warn = (terminal: Terminal, warnings: readonly string[]): void => {
  for (const warning of warnings) {
    terminal.say(`${terminal.emphasize("yellow", "warning:")} ${warning}`);
  }
};

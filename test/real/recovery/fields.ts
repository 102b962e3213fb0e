import { X509Certificate } from "node:crypto";
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { run } from "../cluster/run.ts";
import type { Node } from "../cluster/node.ts";

/** Every field of a file that kubeadm lays on a node but keys, serial numbers and dates: one a line. */
export type Fields = Readonly<Record<string, readonly string[]>>;

const kubelet = "/var/lib/kubelet/pki";
const begin = /-----BEGIN ([A-Z ]+)-----/g;
const certificates = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

export const fieldsOf = async (node: Node): Promise<Fields> => {
  const root = node.path("/");
  const below = (folder: string): readonly string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) =>
      join(folder, name),
    );
  const paths = [
    ...below("/etc/kubernetes"),
    // The kubelet's serving pair is its own, and dated files pile up behind the link.
    `${kubelet}/kubelet-client-current.pem`,
  ].toSorted();
  const all = await Promise.all(
    paths.map(async (path) => [path, await fieldsOfFile(root, path)] as const),
  );
  return Object.fromEntries(all);
};

const fieldsOfFile = async (root: string, path: string): Promise<readonly string[]> => {
  const file = join(root, path);
  const stat = lstatSync(file);
  const who = `${stat.uid}:${stat.gid}`;
  if (stat.isDirectory()) return [`folder ${mode(stat.mode)} ${who}`];
  if (stat.isSymbolicLink()) {
    const target = readlinkSync(file);
    const behind = lstatSync(join(root, target));
    return [
      `link to ${target.replaceAll(/\d+/g, "N")} ${mode(behind.mode)} ${behind.uid}:${behind.gid}`,
      ...(await fieldsOfText(readFileSync(join(root, target), "utf8"))),
    ];
  }
  const head = `file ${mode(stat.mode)} ${who}`;
  const text = readFileSync(file, "utf8");
  if (path.endsWith(".yaml")) return [head, ...manifestLines(text)];
  if (path.endsWith(".conf")) return [head, ...(await kubeconfigLines(text))];
  return [head, ...(await fieldsOfText(text))];
};

const mode = (bits: number): string => (bits & 0o7777).toString(8);

/** What PEM there is, and what each certificate says. */
const fieldsOfText = async (text: string): Promise<readonly string[]> => {
  const said = await Promise.all((text.match(certificates) ?? []).map(certificateLine));
  return [...[...text.matchAll(begin)].map(([, label]) => `PEM ${label}`), ...said];
};

/** One line. */
const certificateLine = async (pem: string): Promise<string> => {
  const certificate = new X509Certificate(pem);
  const { publicKey: key, validFromDate, validToDate } = certificate;
  const days = Math.round((validToDate.getTime() - validFromDate.getTime()) / 86_400_000);
  return [
    `subject ${certificate.subject.replaceAll("\n", ", ")}`,
    `issuer ${certificate.issuer.replaceAll("\n", ", ")}`,
    `for ${days} days`,
    `key ${key.asymmetricKeyType} ${key.asymmetricKeyDetails?.modulusLength ?? ""}, ${certificate.signatureAlgorithm}`,
    // The order of names is nobody's concern.
    `names ${certificate.subjectAltName?.split(", ").toSorted().join(", ") ?? ""}`,
    ...(await extensionLines(pem)),
  ].join("; ");
};

const extensionLines = async (pem: string): Promise<readonly string[]> => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-fields-"));
  try {
    const file = join(folder, "certificate");
    writeFileSync(file, pem);
    const extensions = "keyUsage,extendedKeyUsage,basicConstraints";
    const said = await run(["openssl", "x509", "-noout", "-ext", extensions, "-in", file]);
    // A name's line, and its value's below it.
    return said
      .trim()
      .split(/\n(?=\S)/)
      .map((line) => line.replaceAll(/\s+/g, " ").trim())
      .toSorted();
  } finally {
    rmSync(folder, { recursive: true });
  }
};

interface Kubeconfig {
  readonly [field: string]: unknown;
}

/** As it stands, with certificates instead of their bytes. */
const kubeconfigLines = async (text: string): Promise<readonly string[]> => {
  const inline = [...text.matchAll(/([\w-]+)-data: (\S+)/g)];
  const said = await Promise.all(
    inline.map(async ([, name, data]) => {
      const lines = await fieldsOfText(Buffer.from(data!, "base64").toString());
      return lines.map((line) => `${name}: ${line}`);
    }),
  );
  const rest = parse(text.replaceAll(/([\w-]+-data): \S+/g, "$1: X")) as Kubeconfig;
  return [JSON.stringify(sorted(rest)), ...said.flat()];
};

/** Volumes and mounts stand in no order that means anything. */
const manifestLines = (text: string): readonly string[] => {
  const manifest = parse(text) as Kubeconfig;
  return JSON.stringify(sorted(manifest), undefined, 1).split("\n");
};

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    const items = value.map(sorted);
    const isNamed = items.every((one) => typeof one === "object" && one !== null && "name" in one);
    return isNamed
      ? items.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))
      : items;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, one]) => [name, sorted(one)]),
  );
};

/**
 * What certwright makes otherwise than kubeadm, and why (docs/decisions/0004): a client encrypts no keys, a CA signs
 * lists and no data and has no host name. A kubelet that has renewed itself has an EC key; one that is given a certificate
 * has kubeadm's RSA.
 */
export const asCertwrightMakesThem = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([path, lines]) => [
      path,
      lines.map((line) => (path.startsWith(kubelet) ? withRsa(otherwise(line)) : otherwise(line))),
    ]),
  );

const otherwise = (line: string): string => {
  if (line.includes("CA:TRUE"))
    return line
      .replace(/Key Usage: critical [^;]+/, "Key Usage: critical Certificate Sign, CRL Sign")
      .replace(/names [^;]*/, "names ");
  return /Extended Key Usage: TLS Web Client Authentication(?:;|$)/.test(line)
    ? line.replace("Digital Signature, Key Encipherment", "Digital Signature")
    : line;
};

const withRsa = (line: string): string =>
  line.replace("PEM EC PRIVATE KEY", "PEM RSA PRIVATE KEY").replace(/key ec [^,]*/, "key rsa 2048");

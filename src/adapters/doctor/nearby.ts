import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { GatheredConnection, SystemStore } from "../../core/diagnosis/case.ts";
import { certificatesOf, type FileEvidence } from "../../core/diagnosis/file-evidence.ts";
import { EvidenceReader } from "./evidence.ts";

/** Files looked at beside those that were named: a folder of certificates of one program has a dozen. */
const maxFiles = 64;

/** Octets; a chain of certificates has some 10 kB, and a bundle of all public CAs is of no use here. */
const maxSize = 65_536;

const isCertificateName = (name: string): boolean => /\.(?:crt|pem|cer|cert|ca)$/i.test(name);

/**
 * Certificates in the folders of the files that were named, and in `etcd` and above as in /etc/kubernetes/pki: what
 * lies there may be the missing intermediate, the renewed certificate, the other CA. Keys are passed over; nothing
 * here is ever a fault by itself, and a folder that cannot be read has nothing.
 */
export const filesNearby = (files: readonly FileEvidence[]): readonly FileEvidence[] => {
  const known = new Set(files.map(({ path }) => path));
  const own = new Set(files.flatMap(({ path }) => (path === undefined ? [] : [dirname(path)])));
  const folders = new Set(own);
  for (const folder of own) {
    if (!/(?:^|\/)(?:pki|etcd)$/.test(folder)) continue;
    folders.add(join(folder, "etcd"));
    if (folder.endsWith("/etcd")) folders.add(dirname(folder));
  }
  const paths = [...folders]
    .flatMap((folder) => namesIn(folder).map((name) => join(folder, name)))
    .filter((path) => !known.has(path) && isCertificateName(path) && isSmallFile(path))
    .slice(0, maxFiles);
  // A reader of its own: what is wrong with these files is nobody's fault here.
  const reader = new EvidenceReader();
  return paths
    .map((path) => reader.file(path, "other", { file: path }))
    .filter((file) => certificatesOf(file).length > 0);
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).toSorted().slice(0, 1000);
  } catch {
    return [];
  }
};

const isSmallFile = (path: string): boolean => {
  const facts = statSync(path, { throwIfNoEntry: false });
  return facts !== undefined && facts.isFile() && facts.size <= maxSize;
};

/** Where Go and OpenSSL look for public CAs: crypto/x509 root_linux.go, certFiles. */
const stores = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/tls/cacert.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** The system's public CAs, when some client of the run was given none. */
export const systemStoreFor = (
  connections: readonly GatheredConnection[],
  env: Readonly<Record<string, string | undefined>>,
): SystemStore | undefined => {
  const needed = connections.some(
    ({ client, probes }) =>
      client.ca === undefined && !client.insecure && probes?.main.handshake !== undefined,
  );
  if (!needed) return undefined;
  const named = env["SSL_CERT_FILE"];
  const found = stores.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  const file = named === undefined || named === "" ? (found ?? stores[0]!) : named;
  const read = new EvidenceReader().file(file, "other", { file });
  return {
    file,
    ...(file === named ? { variable: "SSL_CERT_FILE" } : {}),
    certificates: certificatesOf(read),
  };
};

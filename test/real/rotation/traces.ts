import { createHash, X509Certificate } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Every file that a member or a client of a local estate reads for TLS. */
export const tlsFiles = (folder: string): readonly string[] =>
  globSync(["run/*/pki/*", "clients/*/*.{crt,key}"], { cwd: folder })
    .toSorted()
    .map((file) => join(folder, file));

const fingerprintsIn = (file: string): readonly string[] =>
  (
    readFileSync(file, "utf8").match(
      /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g,
    ) ?? []
  ).map((pem) => new X509Certificate(pem).fingerprint256);

/** SHA-256 fingerprints of the CA certificates that somebody trusts. */
export const trusted = (files: readonly string[]): ReadonlySet<string> =>
  new Set(files.filter((file) => file.endsWith("-ca.crt")).flatMap(fingerprintsIn));

/** Those of the files in which one of these certificates is. */
export const filesWith = (
  files: readonly string[],
  fingerprints: ReadonlySet<string>,
): readonly string[] =>
  files.filter((file) => fingerprintsIn(file).some((one) => fingerprints.has(one)));

/** Content, mode and owner of each; equal for equal files. */
export const fileSet = (files: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    files.map((file) => {
      const digest = createHash("sha256").update(readFileSync(file)).digest("hex");
      return [file, `${digest} ${attributes(file)}`];
    }),
  );

/** Mode and owner of each. */
export const modes = (files: readonly string[]): ReadonlyMap<string, string> =>
  new Map(files.map((file) => [file, attributes(file)]));

const attributes = (file: string): string => {
  const { mode, uid, gid } = statSync(file);
  return `${(mode & 0o7777).toString(8)} ${uid}:${gid}`;
};

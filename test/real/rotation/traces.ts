import { createHash, X509Certificate } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const pemCertificates = (text: string): readonly X509Certificate[] =>
  (text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []).map(
    (pem) => new X509Certificate(pem),
  );

/** Every file that a member or a client reads for TLS. */
const tlsFiles = (folder: string): readonly string[] =>
  globSync(["run/*/pki/*", "clients/*/*.{crt,key}"], { cwd: folder }).toSorted();

/** SHA-256 fingerprints of the CA certificates that somebody trusts, by the files that hold them. */
export const trusted = (folder: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    globSync(["run/*/pki/*-ca.crt", "clients/*/*-ca.crt"], { cwd: folder })
      .toSorted()
      .map((file) => [
        file,
        pemCertificates(readFileSync(join(folder, file), "utf8")).map((one) => one.fingerprint256),
      ]),
  );

/** Files in which one of these certificates is. */
export const filesWith = (folder: string, fingerprints: ReadonlySet<string>): readonly string[] =>
  tlsFiles(folder).filter((file) =>
    pemCertificates(readFileSync(join(folder, file), "utf8")).some((one) =>
      fingerprints.has(one.fingerprint256),
    ),
  );

/** Content, mode and owner of each; equal for equal folders. */
export const fileSet = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    tlsFiles(folder).map((file) => {
      const path = join(folder, file);
      const { mode, uid, gid } = statSync(path);
      const digest = createHash("sha256").update(readFileSync(path)).digest("hex");
      return [file, `${digest} ${(mode & 0o7777).toString(8)} ${uid}:${gid}`];
    }),
  );

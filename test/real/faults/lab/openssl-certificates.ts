/** Certificates that this project's own writer refuses to make (SHA-1, MD5, small keys, odd curves), by OpenSSL. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Lab } from "./lab.ts";

export interface OpensslCa {
  readonly ca: string;
  readonly caKey: string;
}

export interface OpensslWish extends OpensslCa {
  /** "/CN=web/O=Lab" */
  readonly subject: string;
  /** Lines of an OpenSSL extension section. */
  readonly extensions: string;
  /** Digest of the signature, sha256 unless said otherwise. */
  readonly digest?: string;
  /** As `-newkey` takes it; P-256 unless said otherwise. */
  readonly newkey?: readonly string[];
}

const p256 = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

const openssl = (...args: readonly (readonly string[])[]): void => {
  execFileSync("openssl", args.flat(), { stdio: ["ignore", "ignore", "pipe"], timeout: 30_000 });
};

/** A self-signed CA of RSA 2048, since a digest is chosen freely only with RSA. */
export const opensslCa = (
  lab: Lab,
  name: string,
  subject: string,
  { digest = "sha256", newkey = ["rsa:2048"], extensions = "" }: Partial<OpensslWish> = {},
): OpensslCa => {
  const [ca, caKey] = [join(lab.folder, `${name}.crt`), join(lab.folder, `${name}.key`)];
  openssl(
    ["req", "-x509", "-nodes", "-days", "30", `-${digest}`, "-newkey", ...newkey],
    ["-subj", subject, "-keyout", caKey, "-out", ca],
    ["-addext", "keyUsage=critical,keyCertSign,cRLSign"],
    extensions === "" ? [] : ["-addext", extensions],
  );
  return { ca, caKey };
};

/** NAME.crt and NAME.key, issued by that CA. */
export const opensslLeaf = (
  lab: Lab,
  name: string,
  { ca, caKey, subject, extensions, digest = "sha256", newkey = p256 }: OpensslWish,
): { readonly cert: string; readonly key: string } => {
  const [cert, key] = [join(lab.folder, `${name}.crt`), join(lab.folder, `${name}.key`)];
  const [request, config] = [join(lab.folder, `${name}.csr`), join(lab.folder, `${name}.ext`)];
  lab.write(
    `${name}.ext`,
    `authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n${extensions}\n`,
  );
  openssl(
    ["req", "-new", "-nodes", "-newkey", ...newkey],
    ["-subj", subject, "-keyout", key, "-out", request],
  );
  openssl(
    ["x509", "-req", "-in", request, "-CA", ca, "-CAkey", caKey, "-CAcreateserial"],
    ["-days", "20", `-${digest}`, "-extfile", config, "-out", cert],
  );
  return { cert, key };
};

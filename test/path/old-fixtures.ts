import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Certificates that certwright refuses to make: version 1, SHA-1, RSA of 1024 bits; made by the openssl command. */
export interface OldFixtures {
  readonly root: Uint8Array;
  readonly sha1Leaf: Uint8Array;
  readonly rsa1024Leaf: Uint8Array;
  readonly version1Root: Uint8Array;
  readonly version1Leaf: Uint8Array;
}

/** RSA keys take a second at most. */
const deadlineMs = 60_000;

const configuration = `
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[leaf]
subjectAltName = DNS:old.example.com
extendedKeyUsage = serverAuth
`;

export const oldFixtures = (): OldFixtures => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-old-"));
  try {
    const openssl = (...args: string[]): void => {
      execFileSync("openssl", args, { cwd: folder, timeout: deadlineMs, stdio: "pipe" });
    };
    const der = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
    writeFileSync(join(folder, "openssl.cnf"), configuration);
    const request = (name: string, bits: number, subject: string): void =>
      openssl(
        "req", "-new", "-config", "openssl.cnf", "-newkey", `rsa:${bits}`, "-noenc",
        "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${subject}`,
      ); // prettier-ignore
    const sign = (name: string, ca: string, ...how: string[]): void =>
      openssl(
        "x509", "-req", "-in", `${name}.csr`, "-CA", `${ca}.pem`, "-CAkey", `${ca}.key`, "-set_serial", "7",
        "-days", "30", "-extfile", "openssl.cnf", "-extensions", "leaf", "-outform", "DER", "-out", `${name}.der`,
        ...how,
      ); // prettier-ignore
    const selfSign = (name: string, ...how: string[]): void => {
      openssl(
        "x509",
        "-req",
        "-in",
        `${name}.csr`,
        "-signkey",
        `${name}.key`,
        "-days",
        "30",
        "-out",
        `${name}.pem`,
        ...how,
      );
      openssl("x509", "-in", `${name}.pem`, "-outform", "DER", "-out", `${name}.der`);
    };
    request("root", 2048, "old-root");
    selfSign("root", "-extfile", "openssl.cnf", "-extensions", "ca");
    request("v1root", 2048, "version-1-root");
    selfSign("v1root");
    for (const [name, bits, ca, digest] of [
      ["sha1", 2048, "root", "-sha1"],
      ["small", 1024, "root", "-sha256"],
      ["v1leaf", 2048, "v1root", "-sha256"],
    ] as const) {
      request(name, bits, "old.example.com");
      sign(name, ca, digest);
    }
    return {
      root: der("root.der"),
      sha1Leaf: der("sha1.der"),
      rsa1024Leaf: der("small.der"),
      version1Root: der("v1root.der"),
      version1Leaf: der("v1leaf.der"),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

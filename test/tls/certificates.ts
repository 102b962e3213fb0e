/** Certificates for servers and clients on 127.0.0.1, right ones and wrong ones, in files of a temporary directory. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { purpose } from "../../src/core/x509/oids.ts";
import { writePem } from "../../src/core/x509/pem.ts";
import { ca, leaf, type Entity, type Wish } from "../path/workshop.ts";

/** A certificate's PEM, with its chain, and its key's; and the same in files. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly der: Uint8Array;
}

const hour = 3_600_000;
const loopback = Uint8Array.of(127, 0, 0, 1);

/** One client CA, one server, and clients that fail in one way each. `remove` deletes the files. */
export const makeCertificates = () => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-tls-"));
  // These peers look at the true clock.
  const now = Date.now();
  const valid = { notBefore: now - hour, notAfter: now + 24 * hour };
  const root = ca("CN=tls-test-root", valid);
  const intermediate = ca("CN=tls-test-intermediate", { ...valid, issuer: root });
  const stranger = ca("CN=somebody-elses-ca", valid);

  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const certificates = (...entities: readonly Entity[]): string =>
    entities.map(({ certificate }) => writePem("CERTIFICATE", certificate.der)).join("");
  const pair = (name: string, chain: readonly [Entity, ...Entity[]]): Pair => {
    const [{ key, certificate }] = chain;
    const cert = certificates(...chain);
    const keyText = key.pem("pkcs8");
    return {
      cert,
      key: keyText,
      certFile: write(`${name}.crt`, cert),
      keyFile: write(`${name}.key`, keyText),
      der: certificate.der,
    };
  };
  const client = (name: string, issuer: Entity, wish: Partial<Wish> = {}): Pair =>
    pair(name, [
      leaf([], issuer, {
        subject: `CN=${name}`,
        ...valid,
        ...wish,
        extensions: { extendedKeyUsage: [purpose.clientAuth], ...wish.extensions },
      }),
    ]);

  const serverLeaf = leaf([], intermediate, {
    subject: "CN=tls-test-server",
    ...valid,
    extensions: {
      extendedKeyUsage: [purpose.serverAuth, purpose.clientAuth],
      subjectAltName: [
        { kind: "dns", value: "localhost" },
        { kind: "ip", bytes: loopback, value: "127.0.0.1" },
      ],
    },
  });
  return {
    folder,
    root,
    rootFile: write("root.crt", certificates(root)),
    rootPem: certificates(root),
    /** The leaf and the intermediate above it. */
    server: pair("server", [serverLeaf, intermediate]),
    /** The same the wrong way round behind the leaf: root before intermediate. */
    disordered: pair("disordered", [serverLeaf, root, intermediate]),
    chain: [serverLeaf.certificate.der, intermediate.certificate.der] as const,
    disorderedChain: [
      serverLeaf.certificate.der,
      root.certificate.der,
      intermediate.certificate.der,
    ] as const,
    good: client("good", root),
    strange: client("strange", stranger),
    expired: client("expired", root, { notBefore: now - 48 * hour, notAfter: now - hour }),
    serverOnly: client("server-only", root, {
      extensions: { extendedKeyUsage: [purpose.serverAuth] },
    }),
    remove: (): void => rmSync(folder, { recursive: true, force: true }),
  };
};

export type Certificates = ReturnType<typeof makeCertificates>;

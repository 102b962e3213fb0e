import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../cluster/run.ts";

/** Certificate and key, on this machine. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

export interface Order {
  readonly commonName: string;
  readonly organization?: string;
  /** As openssl writes them: "IP:10.0.0.1", "DNS:kubernetes". */
  readonly names?: readonly string[];
  readonly usages: readonly ("serverAuth" | "clientAuth")[];
}

/** Makes certificates as an operator with a script of openssl commands does. */
export interface Workshop {
  /** Into files of that name, as below. */
  ca(to: string, commonName: string): Promise<Pair>;
  /** Into files of that name, which is a path of this machine without its ending. */
  issue(by: Pair, to: string, order: Order): Promise<Pair>;
  /** Private and public key of service accounts. */
  accounts(): Promise<{ readonly key: string; readonly publicKey: string }>;
}

/** openssl's own settings would make every certificate a CA. */
const settings = "[req]\ndistinguished_name = dn\nprompt = no\n[dn]\nCN = unused\n";
const newKey = ["-newkey", "rsa:2048", "-nodes", "-days", "365"];

export const openWorkshop = (folder: string): Workshop => {
  mkdirSync(folder, { recursive: true });
  const configuration = join(folder, "openssl.cnf");
  writeFileSync(configuration, settings);
  const request = ["openssl", "req", "-x509", "-config", configuration, ...newKey];
  return {
    async ca(to, commonName) {
      mkdirSync(dirname(to), { recursive: true });
      const pair = pairAt(to);
      await run([
        ...request,
        ...output(pair),
        "-subj",
        `/CN=${commonName}`,
        "-addext",
        "basicConstraints=critical,CA:TRUE",
        "-addext",
        "keyUsage=critical,keyCertSign,cRLSign",
        "-addext",
        "subjectKeyIdentifier=hash",
      ]);
      return pair;
    },
    async issue(by, to, { commonName, organization, names = [], usages }) {
      mkdirSync(dirname(to), { recursive: true });
      const pair = pairAt(to);
      const subject = organization === undefined ? "" : `/O=${organization}`;
      const extensions = [
        "basicConstraints=critical,CA:FALSE",
        "keyUsage=critical,digitalSignature,keyEncipherment",
        `extendedKeyUsage=${usages.join(",")}`,
        "authorityKeyIdentifier=keyid",
        ...(names.length === 0 ? [] : [`subjectAltName=${names.join(",")}`]),
      ];
      const signed = ["-CA", by.certificate, "-CAkey", by.key];
      const asked = [...output(pair), "-subj", `${subject}/CN=${commonName}`, ...signed];
      await run([...request, ...asked, ...extensions.flatMap((one) => ["-addext", one])]);
      return pair;
    },
    async accounts() {
      const key = join(folder, "service-accounts-key.pem");
      const publicKey = join(folder, "service-accounts.pem");
      await run(["openssl", "genrsa", "-out", key, "2048"]);
      await run(["openssl", "rsa", "-in", key, "-pubout", "-out", publicKey]);
      return { key, publicKey };
    },
  };
};

/** As cfssl calls them. */
export const pairAt = (path: string): Pair => ({
  certificate: `${path}.pem`,
  key: `${path}-key.pem`,
});

const output = ({ certificate, key }: Pair): readonly string[] => [
  "-out",
  certificate,
  "-keyout",
  key,
];

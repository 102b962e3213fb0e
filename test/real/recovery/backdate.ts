import { createPrivateKey, sign, X509Certificate } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const day = 86_400_000;

/** UTCTime (RFC 5280 section 4.1.2.5.1). */
const utcTime = (milliseconds: number): Buffer =>
  Buffer.from(
    `${new Date(milliseconds)
      .toISOString()
      .replaceAll(/[-:T]|\.\d+/g, "")
      .slice(2)}`,
    "latin1",
  );

/** Two UTCTimes of 13 letters in a SEQUENCE. */
const validity = Buffer.from([0x30, 0x1e, 0x17, 0x0d]);

/** Length of the TBSCertificate with its header, of two bytes of length, as every certificate here has. */
const signedPart = (der: Buffer): Buffer => der.subarray(4, 4 + 4 + der.readUInt16BE(6));

/** The same certificate as it would have been signed a year and an hour ago for a year: its key, its names, its usages. RSA-2048. */
export const backdate = (pem: string, signerKey: string): string => {
  const der = Buffer.from(new X509Certificate(pem).raw);
  const at = der.indexOf(validity);
  if (at < 0) throw new Error("no validity of two UTCTimes");
  const notAfter = Date.now() - day / 24;
  utcTime(notAfter - 365 * day).copy(der, at + 4);
  utcTime(notAfter).copy(der, at + 4 + 13 + 2);
  const signature = sign("sha256", signedPart(der), createPrivateKey(signerKey));
  signature.copy(der, der.length - signature.length);
  const lines = der.toString("base64").match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
};

const isCa = (pem: string): boolean => new X509Certificate(pem).ca;

const signerOf = (pki: string, pem: string): string => {
  const issued = new X509Certificate(pem);
  const ca = ["ca", "front-proxy-ca", "etcd/ca"].find((one) =>
    issued.checkIssued(new X509Certificate(readFileSync(join(pki, `${one}.crt`)))),
  );
  if (ca === undefined) throw new Error(`nobody here signed ${issued.subject}`);
  return readFileSync(join(pki, `${ca}.key`), "utf8");
};

const certificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n/;

/** Ends every leaf of a node an hour ago, or the CAs with them: of pki, of the kubeconfigs and of the kubelet. `root`: of the node's files. */
export const expire = (root: string, what: "leaves" | "everything"): void => {
  const directory = join(root, "etc/kubernetes");
  const pki = join(directory, "pki");
  const rewrite = (file: string, change: (text: string) => string): void => {
    const text = readFileSync(file, "utf8");
    writeFileSync(file, change(text));
  };
  const expired = (pem: string): string =>
    what === "leaves" && isCa(pem) ? pem : backdate(pem, signerOf(pki, pem));
  for (const name of readdirSync(pki, { recursive: true, encoding: "utf8" })) {
    if (name.endsWith(".crt")) rewrite(join(pki, name), expired);
  }
  for (const name of readdirSync(directory).filter((one) => one.endsWith(".conf"))) {
    rewrite(join(directory, name), (text) =>
      text.replaceAll(
        /(client-certificate-data: |certificate-authority-data: )(\S+)/g,
        (_, key: string, data: string) => {
          const pem = Buffer.from(data, "base64").toString();
          return key + Buffer.from(expired(pem)).toString("base64");
        },
      ),
    );
  }
  const kubelet = join(root, "var/lib/kubelet/pki");
  for (const name of readdirSync(kubelet)) {
    if (!/^kubelet-client-\d.*\.pem$/.test(name)) continue;
    rewrite(join(kubelet, name), (text) => text.replace(certificate, expired));
  }
};

import { profileOf } from "../../issuance/profiles.ts";
import type { LeafProfile } from "../../issuance/profile.ts";
import type { MadeLeaf } from "../../model/made-file.ts";
import { octal, pairOf, quoted, workbench } from "./shell.ts";

/** kubeadm's lifetimes (cmd/kubeadm/app/constants: CertificateValidityPeriod, CACertificateValidityPeriod), in days. */
const lifetime = { leaf: 365, ca: 3650 };

/** A root CA with a new key, as certwright's own profiles make them. */
export const createCa = (issuer: string, profile: string): readonly string[] => {
  const { certificate, key } = pairOf(issuer);
  const found = profileOf(profile);
  const name = found.kind === "authority" ? found.commonName : issuer;
  return [
    `openssl req -x509 -new -newkey rsa:2048 -nodes -days ${lifetime.ca} -keyout ${key} -out ${certificate} -subj ${quoted(`/CN=${name}`)} -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign`,
  ];
};

/** The same name, key and extensions, for another ten years. */
export const signAgain = (issuer: string): readonly string[] => {
  const { certificate, key } = pairOf(issuer);
  return [
    `openssl x509 -in ${certificate} -signkey ${key} -days ${lifetime.ca} -out ${certificate}.new && mv ${certificate}.new ${certificate}`,
  ];
};

export const createTokenKeys = (issuer: string): readonly string[] => {
  const { key } = pairOf(issuer);
  return [
    `openssl genrsa -out ${key} 2048`,
    `openssl rsa -in ${key} -pubout -out ${workbench}/${issuer}.pub`,
  ];
};

/** `key`: where the leaf's key lies or is to lie. `again`: it is there already and stays. */
export const createLeaf = (
  leaf: MadeLeaf,
  at: {
    readonly certificate: string;
    readonly key: string;
    readonly mode: number;
    readonly again: boolean;
  },
): readonly string[] => {
  const ca = pairOf(leaf.issuer);
  const profile = leafProfile(leaf.profile);
  const stem = `${workbench}/${leaf.profile}`;
  const extensions = extensionsOf(profile, leaf).map(quoted).join(" ");
  const key = at.again
    ? `-key ${quoted(at.key)}`
    : `-newkey rsa:2048 -nodes -keyout ${quoted(at.key)}`;
  return [
    `openssl req -new ${key} -subj ${quoted(subjectOf(profile, leaf))} -out ${stem}.csr`,
    `printf '%s\\n' ${extensions} > ${stem}.ext`,
    `openssl x509 -req -in ${stem}.csr -CA ${ca.certificate} -CAkey ${ca.key} -set_serial 0x$(openssl rand -hex 15) -days ${lifetime.leaf} -extfile ${stem}.ext -out ${quoted(`${at.certificate}.new`)}`,
    // In one rename, because who runs may read it at any moment.
    `chmod ${octal(at.mode)} ${quoted(`${at.certificate}.new`)} && mv ${quoted(`${at.certificate}.new`)} ${quoted(at.certificate)}`,
  ];
};

export const verifyLeaf = (leaf: MadeLeaf, certificate: string): string =>
  `openssl verify -CAfile ${pairOf(leaf.issuer).certificate} ${quoted(certificate)}`;

const leafProfile = (name: string): LeafProfile => {
  const found = profileOf(name);
  // The planner makes leaves of leaf profiles only.
  if (found.kind !== "leaf") throw new RangeError(`${name} is a CA`);
  return found;
};

const subjectOf = ({ role, commonName }: LeafProfile, leaf: MadeLeaf): string => {
  const asked = leaf.commonName ?? "";
  const name =
    commonName === undefined
      ? asked
      : "fixed" in commonName
        ? commonName.fixed
        : `${commonName.prefix}${asked}`;
  return [...role.organization.map((one) => `/O=${one}`), `/CN=${name}`].join("");
};

const extensionsOf = ({ role, always = {} }: LeafProfile, leaf: MadeLeaf): readonly string[] => {
  const names = [
    ...unique([...(always.dns ?? []), ...leaf.dns]).map((one) => `DNS:${one}`),
    ...unique([...(always.ip ?? []), ...leaf.ip]).map((one) => `IP:${one}`),
  ];
  const usages = [
    ...(role.serverFlag ? ["serverAuth"] : []),
    ...(role.clientFlag ? ["clientAuth"] : []),
  ];
  return [
    "basicConstraints=critical,CA:FALSE",
    `keyUsage=critical,${role.keyUsage.map(lowerFirst).join(",")}`,
    `extendedKeyUsage=${usages.join(",")}`,
    "authorityKeyIdentifier=keyid",
    ...(names.length === 0 ? [] : [`subjectAltName=${names.join(",")}`]),
  ];
};

/** OpenSSL's names of usages are Vault's with a small first letter. */
const lowerFirst = (usage: string): string => usage.charAt(0).toLowerCase() + usage.slice(1);

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];

import { failure } from "../errors/certwright-error.ts";
import {
  faultOf,
  placeText,
  type FoundCertificate,
  type FoundPrivateKey,
  type Material,
  type MaterialFault,
  type Place,
} from "./material.ts";

/** What is known of a certificate's private key. */
export interface KeyPairing {
  readonly key: FoundPrivateKey;
  /** "unknown": the key is encrypted or cannot be read. */
  readonly belongs: "yes" | "no" | "unknown";
}

/**
 * Paths at which the key of a certificate usually lies: kubeadm and most others "x.crt" and "x.key",
 * cfssl and etcd's guides "x.pem" and "x-key.pem", certbot "fullchain.pem" and "privkey.pem".
 */
export const keyPathsBeside = (path: string): readonly string[] => {
  const cut = path.lastIndexOf("/") + 1;
  const folder = path.slice(0, cut);
  const stem = path.slice(cut).replace(/\.[^.]+$/, "");
  const names = [`${stem}.key`, `${stem}-key.pem`, `${stem}.key.pem`];
  if (/[-_]?cert$/.test(stem)) names.push(`${stem.replace(/cert$/, "key")}.pem`);
  // istiod's "ca-cert.pem" and "ca-key.pem".
  if (stem.endsWith("-cert")) names.push(`${stem.slice(0, -"-cert".length)}-key.pem`);
  if (stem === "fullchain" || stem === "cert") names.push("privkey.pem", "key.pem");
  return names.map((name) => folder + name).filter((candidate) => candidate !== path);
};

/**
 * The private key of a certificate among those found: the one with its public key, else the one that lies where
 * its key should, which is then a wrong one. Only the first certificate of a file has a key beside it.
 */
export const pairingOf = (
  found: FoundCertificate,
  isFirst: boolean,
  keys: readonly FoundPrivateKey[],
): KeyPairing | undefined => {
  const { id } = found.certificate.publicKey;
  const same = keys.filter((key) => key.id === id);
  const nearest = same.find((key) => isBeside(found.place, key.place)) ?? same[0];
  if (nearest !== undefined) return { key: nearest, belongs: "yes" };
  const beside = isFirst ? keys.find((key) => isBeside(found.place, key.place)) : undefined;
  if (beside === undefined) return undefined;
  return { key: beside, belongs: beside.id === undefined ? "unknown" : "no" };
};

/** Each certificate of the material with what is known of its key. */
export const pairings = (
  material: Material,
): readonly (readonly [FoundCertificate, KeyPairing | undefined])[] => {
  let before: string | undefined;
  return material.certificates.map((found) => {
    const field = placeText(found.place);
    const isFirst = field !== before;
    before = field;
    return [found, pairingOf(found, isFirst, material.privateKeys)] as const;
  });
};

/** A fault for each key that lies where a certificate's key should be and is not its key. */
export const wrongKeys = (material: Material): readonly MaterialFault[] =>
  pairings(material).flatMap(([found, pairing]) => {
    if (pairing?.belongs !== "no") return [];
    const { place } = pairing.key;
    const parameters = { certificate: placeText(found.place), key: placeText(place) };
    return [faultOf(failure("file.key-cert-mismatch", parameters), place)];
  });

const isBeside = (certificate: Place, key: Place): boolean => {
  if (certificate.within !== undefined || key.within !== undefined) {
    return certificate.source === key.source && entryOf(certificate.within) === entryOf(key.within);
  }
  return (
    certificate.source === key.source || keyPathsBeside(certificate.source).includes(key.source)
  );
};

/** "users[0].user.client-key-data" and "users[0].user.client-certificate-data" are of one entry. */
const entryOf = (within: string | undefined): string | undefined =>
  within?.replace(/(\.[\w-]+|\["[^"]*"\])$/, "");

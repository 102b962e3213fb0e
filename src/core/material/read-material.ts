import { CertwrightError } from "../errors/certwright-error.ts";
import type { Digests } from "../model/cryptography.ts";
import { parseCertificate } from "../x509/certificate.ts";
import { shellWord } from "../text/shell-word.ts";
import { readPem, type PemBlock, type PemExpectation, type PemFault } from "../x509/pem.ts";
import { parsePublicKey } from "../x509/public-key.ts";
import { parseRevocationList } from "../x509/revocation-list.ts";
import { parseSigningRequest } from "../x509/signing-request.ts";
import {
  placeText,
  type FoundCertificate,
  type FoundPrivateKey,
  type FoundPublicKey,
  type FoundRequest,
  type FoundRevocationList,
  type Material,
  type MaterialFault,
  type Place,
} from "./material.ts";

/** Tells the public key of a private one; undefined when it cannot be read. The platform's business. */
export type IdentifyKey = (block: PemBlock) => FoundPrivateKey["id"];

/** Where bytes come from, for the places of what is found in them. */
export interface Origin {
  readonly source: string;
  readonly within?: string;
  /** Line of the field in its manifest; absent counts lines in the bytes themselves. */
  readonly line?: number;
  /** Permission bits of the file. */
  readonly mode?: number;
  /** What it should hold, when a configuration says so. */
  readonly expect?: PemExpectation;
}

/**
 * Sorts everything in a file's bytes: certificates, requests, revocation lists and keys in whatever form,
 * and every deformity as a fault with its place and its cure. What can be read is read in spite of faults.
 */
export const readMaterial = (
  bytes: Uint8Array,
  origin: Origin,
  digests: Digests,
  identifyKey: IdentifyKey,
): Material => {
  const certificates: FoundCertificate[] = [];
  const requests: FoundRequest[] = [];
  const revocationLists: FoundRevocationList[] = [];
  const privateKeys: FoundPrivateKey[] = [];
  const publicKeys: FoundPublicKey[] = [];
  const { blocks, faults: deformities } = readPem(bytes, origin.expect);
  const faults = deformities.map((fault) => materialFault(fault, origin));
  const tolerant = { digests, reading: "tolerant" } as const;
  for (const block of blocks) {
    const place = placeOf(origin, block);
    try {
      switch (block.label) {
        case "CERTIFICATE":
          certificates.push({ place, certificate: parseCertificate(block.der, tolerant) });
          break;
        case "CERTIFICATE REQUEST":
          requests.push({ place, request: parseSigningRequest(block.der, tolerant) });
          break;
        case "X509 CRL":
          revocationLists.push({ place, list: parseRevocationList(block.der, tolerant) });
          break;
        case "PUBLIC KEY":
          publicKeys.push({ place, key: parsePublicKey(block.der, digests, "tolerant") });
          break;
        default:
          if (block.label.endsWith("PRIVATE KEY")) {
            const encrypted = isEncrypted(block);
            const id = encrypted ? undefined : identifyKey(block);
            privateKeys.push({ place, id, encrypted, mode: origin.mode });
            if (id === undefined && !encrypted) faults.push(unreadableKey(place));
          }
      }
    } catch (error) {
      if (!(error instanceof CertwrightError)) throw error;
      const { message, hint } = error;
      const where = lineText(place);
      faults.push({
        code: "file.bad-der",
        place,
        message: `${where}: ${message}`,
        hint:
          origin.within === undefined && hint !== undefined ? cureOf(hint, origin.source) : hint,
        harmless: false,
        exit: 1,
      });
    }
  }
  return { certificates, requests, revocationLists, privateKeys, publicKeys, faults };
};

const isEncrypted = ({ label, headers }: PemBlock): boolean =>
  label === "ENCRYPTED PRIVATE KEY" || (headers["Proc-Type"]?.includes("ENCRYPTED") ?? false);

const placeOf = (
  { source, within, line }: Origin,
  at: { readonly offset: number; readonly line: number },
): Place => ({
  source,
  offset: at.offset,
  line: line ?? at.line,
  ...(within === undefined ? {} : { within }),
});

/** "pki/ca.pem:12", "admin.conf:6 (clusters[0].…)" */
const lineText = (place: Place): string =>
  placeText(place).replace(place.source, `${place.source}:${place.line}`);

const materialFault = (fault: PemFault, origin: Origin): MaterialFault => {
  const place = placeOf(origin, fault);
  const evidence = fault.evidence === "" ? "" : ` [${fault.evidence}]`;
  return {
    code: fault.id,
    place,
    message: `${lineText(place)}: byte ${fault.offset}: ${fault.message}${evidence}`,
    // The cure's command works on a file; inside a manifest it would be wrong.
    hint: origin.within === undefined ? cureOf(fault.cure, origin.source) : undefined,
    harmless: fault.harmless || isPromised(fault.id, origin.source),
    exit: 1,
  };
};

/** Names like FILE.new are made of the path, too, so that they need their quotes around all of it. */
const cureOf = (cure: string, source: string): string =>
  cure.replaceAll(/FILE((?:\.[a-z0-9]+)?)/g, (_, ending: string) => shellWord(source + ending));

/** A file named for its binary form is what it says: CRLs are DER by RFC 5280 section 4.2.1.13. */
const isPromised = (id: PemFault["id"], source: string): boolean =>
  (id === "file.der" && /\.(der|cer|crl)$/i.test(source)) ||
  (id === "file.pkcs7" && /\.(p7b|p7c|p7s)$/i.test(source));

const unreadableKey = (place: Place): MaterialFault => ({
  code: "file.bad-der",
  place,
  message: `${lineText(place)}: the private key cannot be read`,
  hint: `see what OpenSSL says: openssl pkey -noout -in ${place.source}`,
  harmless: false,
  exit: 1,
});

import type { KeyUsage } from "../model/certificate.ts";

/** Vault's words for the bits of KeyUsage, in bit order (RFC 5280 section 4.2.1.3). */
export const keyUsageWords: Readonly<Record<string, KeyUsage>> = {
  DigitalSignature: "digitalSignature",
  ContentCommitment: "contentCommitment",
  KeyEncipherment: "keyEncipherment",
  DataEncipherment: "dataEncipherment",
  KeyAgreement: "keyAgreement",
  CertSign: "keyCertSign",
  CRLSign: "cRLSign",
  EncipherOnly: "encipherOnly",
  DecipherOnly: "decipherOnly",
};

/** Vault's words for extended key usages, in the order in which they are written (RFC 5280 section 4.2.1.12). */
export const extendedKeyUsageWords: Readonly<Record<string, string>> = {
  Any: "2.5.29.37.0",
  ServerAuth: "1.3.6.1.5.5.7.3.1",
  ClientAuth: "1.3.6.1.5.5.7.3.2",
  CodeSigning: "1.3.6.1.5.5.7.3.3",
  EmailProtection: "1.3.6.1.5.5.7.3.4",
  IPSECEndSystem: "1.3.6.1.5.5.7.3.5",
  IPSECTunnel: "1.3.6.1.5.5.7.3.6",
  IPSECUser: "1.3.6.1.5.5.7.3.7",
  TimeStamping: "1.3.6.1.5.5.7.3.8",
  OCSPSigning: "1.3.6.1.5.5.7.3.9",
  MicrosoftServerGatedCrypto: "1.3.6.1.4.1.311.10.3.3",
  NetscapeServerGatedCrypto: "2.16.840.1.113730.4.1",
};

type Words = Readonly<Record<string, string>>;

const lowered = (words: Words): ReadonlyMap<string, string> =>
  new Map(Object.keys(words).map((word) => [word.toLowerCase(), word]));

const tables: ReadonlyMap<Words, ReadonlyMap<string, string>> = new Map([
  [keyUsageWords, lowered(keyUsageWords)],
  [extendedKeyUsageWords, lowered(extendedKeyUsageWords)],
]);

/** The table's key that a word means: Vault ignores case and surrounding blanks. */
export const knownWord = (word: string, words: Words): string | undefined =>
  Object.hasOwn(words, word) ? word : tables.get(words)?.get(word.trim().toLowerCase());

import { failure } from "../../core/errors/certwright-error.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import { nearest } from "../../core/text/nearest.ts";
import { parseCertificate } from "../../core/x509/certificate.ts";
import type { StoredCrossSign, StoredGeneration } from "../../ports/store.ts";
import type { CrossSign, Generation, Issuer, SigningGeneration } from "./authority.ts";
import type { AuthorityPorts } from "./ports.ts";

/** Reads issuers out of the store. A generation's certificates are parsed once, however often it signs. */
export interface Issuers {
  all(): Promise<readonly Issuer[]>;
  /** Throws authority.no-issuer. */
  named(name: string): Promise<Issuer>;
  /** The generation that signs. Throws authority.no-issuer, authority.not-signed. */
  signing(name: string): Promise<SigningGeneration>;
}

export const createIssuers = (ports: Pick<AuthorityPorts, "store" | "digests">): Issuers => {
  const { store, digests } = ports;
  const parsed = new Map<string, Pick<Generation, "certificate" | "chain">>();

  const parse = (der: Uint8Array): Certificate =>
    parseCertificate(der, { digests, reading: "tolerant" });

  const certificatesOf = (stored: StoredGeneration): Pick<Generation, "certificate" | "chain"> => {
    const { certificate, chain, keyId } = stored;
    if (certificate === undefined) return { chain: [] };
    const known = parsed.get(keyId);
    if (known !== undefined) return known;
    const fresh = { certificate: parse(certificate), chain: chain.map(parse) };
    parsed.set(keyId, fresh);
    return fresh;
  };

  const crossSignOf = ({ by, der }: StoredCrossSign): CrossSign => ({
    by,
    certificate: parse(der),
  });

  const read = (stored: StoredGeneration): Generation => {
    const { issuer, number, stage, keyId, signingRequest, createdAt } = stored;
    const request = signingRequest === undefined ? {} : { signingRequest };
    const crossSigns = stored.crossSigns.map(crossSignOf);
    const certificates = certificatesOf(stored);
    return { issuer, number, stage, keyId, createdAt, crossSigns, ...request, ...certificates };
  };

  const issuerOf = (name: string, stored: readonly StoredGeneration[]): Issuer => {
    const generations = stored.map(read);
    const current = generations.findLast(canSign);
    return { name, generations, ...(current === undefined ? {} : { current }) };
  };

  const named = async (name: string): Promise<Issuer> => {
    const stored = await store.generations(name);
    if (stored.length > 0) return issuerOf(name, stored);
    const known = (await store.issuers()).map((issuer) => issuer.name);
    const near = nearest(name, known);
    throw failure("authority.no-issuer", {
      name,
      known,
      ...(near === undefined ? {} : { nearest: near }),
    });
  };

  return {
    named,
    all: async () => {
      const stored = await store.generations();
      const names = (await store.issuers()).map(({ name }) => name);
      return names.map((name) =>
        issuerOf(
          name,
          stored.filter(({ issuer }) => issuer === name),
        ),
      );
    },
    signing: async (name) => {
      const { current } = await named(name);
      if (current === undefined) throw failure("authority.not-signed", { issuer: name });
      return current;
    },
  };
};

export const isSigned = (generation: Generation): generation is SigningGeneration =>
  generation.certificate !== undefined;

/** One of a key pair that signs tokens, and no certificates (adopt-key-pair.ts). */
export const isKeyPair = ({ certificate }: SigningGeneration): boolean =>
  certificate.keyUsage?.includes("keyCertSign") === false;

const canSign = (generation: Generation): generation is SigningGeneration =>
  generation.stage === "issuing" && isSigned(generation);

/** Throws authority.no-generation, authority.not-signed. */
export const generationOf = (issuer: Issuer, number: number): SigningGeneration => {
  const wanted = issuer.generations.find((one) => one.number === number);
  if (wanted === undefined) {
    const known = issuer.generations.map((one) => one.number);
    throw failure("authority.no-generation", { issuer: issuer.name, number, known });
  }
  if (!isSigned(wanted)) throw failure("authority.not-signed", { issuer: issuer.name });
  return wanted;
};

/** The signer and all above it, nearest first, root last. */
export const chainFrom = (generation: SigningGeneration): readonly Certificate[] => [
  generation.certificate,
  ...generation.chain,
];

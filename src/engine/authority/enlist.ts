import { failure, isFailure } from "../../core/errors/certwright-error.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import { above, isSelfIssued } from "../../core/x509/above.ts";
import { formatName } from "../../core/x509/names.ts";
import type { EnlistOrder, SigningGeneration } from "./authority.ts";
import { requireVerifying } from "./certify.ts";
import { generationOf, type Issuers } from "./issuers.ts";
import type { AuthorityPorts } from "./ports.ts";

/** Knows a CA whose key is never here as a further generation, which signs nothing by itself. */
export const enlist = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  { issuer: name, number, certificates }: EnlistOrder,
): Promise<SigningGeneration> => {
  const issuer = await issuers.named(name);
  if (issuer.generations.some((one) => one.number === number)) return generationOf(issuer, number);
  const next = issuer.generations.at(-1)!.number + 1;
  if (number !== next) {
    throw failure("authority.not-next-generation", { issuer: name, number, next });
  }
  const [own] = certificates;
  const chain = above(own, certificates);
  const now = ports.clock.now();
  const why = whyUnfit(own, chain, now);
  if (why !== undefined) {
    throw failure("authority.enlist-unfit", {
      issuer: name,
      subject: formatName(own.subject),
      why,
    });
  }
  requireVerifying(ports, own, chain, now);
  try {
    await ports.store.addGeneration({
      issuer: name,
      number,
      stage: "staged",
      keyId: own.publicKey.id,
      certificate: own.der,
      chain: chain.map(({ der }) => der),
      createdAt: now,
    });
  } catch (error) {
    // Another process was first with the number: its generation counts.
    if (!isFailure(error, "store.generation-exists")) throw error;
  }
  return generationOf(await issuers.named(name), number);
};

const whyUnfit = (
  own: Certificate,
  chain: readonly Certificate[],
  now: number,
): string | undefined => {
  if (own.basicConstraints?.ca !== true) return "its basic constraints do not say CA:TRUE";
  if (own.keyUsage?.includes("keyCertSign") === false) {
    return "its key usage does not include keyCertSign";
  }
  if (now < own.notBefore || own.notAfter <= now) return "it is not valid now";
  const top = chain.at(-1) ?? own;
  return isSelfIssued(top) ? undefined : `what is above it is missing: ${formatName(top.issuer)}`;
};

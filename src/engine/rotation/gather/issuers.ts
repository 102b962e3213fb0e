import type { GenerationFacts, IssuerFacts } from "../../../core/model/inventory.ts";
import type { SigningGeneration } from "../../authority/authority.ts";
import { isSigned } from "../../authority/issuers.ts";
import { issuerNames } from "../layout.ts";
import type { Look } from "../look.ts";

/** The issuers that the estate's slots name, each once. Throws authority.no-issuer. */
export const gatherIssuers = (look: Look): Promise<readonly IssuerFacts[]> => {
  const gathered = async (name: string): Promise<IssuerFacts> => {
    const { generations } = await look.issuer(name);
    const signed = generations.filter(isSigned);
    const waiting = generations.filter((one) => !isSigned(one)).map(({ number }) => number);
    return {
      name,
      generations: await Promise.all(signed.map((one) => factsOf(look, one))),
      ...(waiting.length === 0 ? {} : { waiting }),
    };
  };
  return Promise.all(issuerNames(look.at.layout).map(gathered));
};

const factsOf = async (look: Look, generation: SigningGeneration): Promise<GenerationFacts> => {
  const { number, stage, keyId, certificate, chain, crossSigns } = generation;
  const pathLength = certificate.basicConstraints?.pathLength;
  return {
    number,
    stage,
    key: keyId,
    certificate: certificate.fingerprint,
    crossSigns: crossSigns.map((one) => ({
      by: one.by,
      certificate: one.certificate.fingerprint,
    })),
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    ...(pathLength === undefined ? {} : { pathLength }),
    ...(chain.length === 0 ? {} : { root: chain.at(-1)!.fingerprint }),
    canSign: await look.at.ports.hasKey(keyId),
  };
};

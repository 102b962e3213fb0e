import { decodeBase64 } from "../../../core/bytes/base64.ts";
import { asciiBytes } from "../../../core/bytes/utf8.ts";
import { failure } from "../../../core/errors/certwright-error.ts";
import type { Certificate } from "../../../core/model/certificate.ts";
import type { Effect } from "../../../core/model/plan.ts";
import type { Performed } from "../../../ports/world.ts";
import { parseCertificate } from "../../../core/x509/certificate.ts";
import type { RotationPorts } from "../ports.ts";
import type { Hands } from "./hands.ts";
import { done, refused, unknown } from "./outcome.ts";

type GenerationEffect = Extract<
  Effect,
  {
    kind:
      | "issuer.create"
      | "generation.create"
      | "generation.enlist"
      | "generation.request"
      | "generation.cross-sign"
      | "generation.stage";
  }
>;

/** A key pair of tokens is kept under a certificate that signs no other, as one that was adopted is. */
const firstOf = (profile: string) => {
  if (profile === "tokens")
    return { key: { algorithm: "rsa", bits: 2048 }, pathLength: 0 } as const;
  // As engine/etcd/init/carry-out.ts.
  return profile === "root" ? { pathLength: 1 } : { profile };
};

/** All of them are once, however often they are asked for. */
export const performGeneration = async (
  { at: { ports } }: Hands,
  effect: GenerationEffect,
): Promise<Performed> => {
  const { authority } = ports;
  const { issuer } = effect;
  try {
    if (effect.kind === "issuer.create") {
      const known = (await authority.issuers()).some(({ name }) => name === issuer);
      if (!known) await authority.createRoot({ name: issuer, ...firstOf(effect.profile) });
      return done;
    }
    const { number } = effect;
    switch (effect.kind) {
      case "generation.create":
        await authority.addGeneration(issuer, { number });
        return done;
      case "generation.enlist": {
        const [own, ...above] = effect.certificates.map((text) => certificateIn(ports, text));
        await authority.enlist({ issuer, number, certificates: [own!, ...above] });
        return done;
      }
      case "generation.request": {
        const { certificate } = await authority.requestGeneration(issuer, number);
        if (certificate !== undefined) return done;
        return refused(failure("rotation.unanswered", { issuer, number }));
      }
      case "generation.cross-sign":
        await authority.crossSign(issuer, number, effect.by);
        return done;
      case "generation.stage":
        await authority.setStage(issuer, number, effect.stage);
        return done;
    }
  } catch (error) {
    return unknown(error);
  }
};

const certificateIn = ({ digests }: Pick<RotationPorts, "digests">, text: string): Certificate => {
  const der = decodeBase64(asciiBytes(text));
  // The plan's digest vouches for what stands in it.
  return parseCertificate(der.ok ? der.bytes : new Uint8Array(), { digests, reading: "tolerant" });
};

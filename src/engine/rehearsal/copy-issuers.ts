import type { Authority, Issuer } from "../authority/authority.ts";
import { specOf } from "../authority/generations.ts";

/**
 * Issuers of the same names, kinds of key, lifetimes and numbers of generations, with keys of their own: what the real
 * ones sign with is not needed for a rehearsal and is not touched. One that stands below another CA becomes a root.
 */
export const copyIssuers = async (
  issuers: readonly Issuer[],
  scratch: Authority,
): Promise<void> => {
  for (const { name, current } of issuers) {
    if (current === undefined) continue;
    const { publicKey, notBefore, notAfter, basicConstraints } = current.certificate;
    const pathLength = basicConstraints?.pathLength;
    await scratch.createRoot({
      name,
      key: specOf(publicKey),
      lifetime: notAfter - notBefore,
      ...(pathLength === undefined ? {} : { pathLength }),
    });
    for (let number = 2; number <= current.number; number++) {
      await scratch.addGeneration(name, { number });
      await scratch.setStage(name, number, "issuing");
      await scratch.setStage(name, number - 1, "retired");
    }
  }
};

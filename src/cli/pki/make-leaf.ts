import { CertwrightError, failure } from "../../core/errors/certwright-error.ts";
import type { ParametersOf } from "../../core/errors/registry.ts";
import type { IssueOrder, Signed, SignOrder } from "../../engine/authority/authority.ts";
import type { Terminal } from "../terminal.ts";
import { adviceFor } from "./advice.ts";

/** Has a leaf made; from then on an interruption leaves it behind, and says so. Throws issuance.refused with advice that can be typed. */
export const makeLeaf = async <S extends Signed>(
  terminal: Pick<Terminal, "leaving">,
  order: IssueOrder | SignOrder,
  make: () => Promise<S>,
): Promise<S> => {
  try {
    const signed = await make();
    const { serial } = signed.certificate;
    terminal.leaving(
      `the certificate is issued and in the store, but maybe not in files: certwright ca list --serial ${serial}`,
    );
    return signed;
  } catch (error) {
    if (!(error instanceof CertwrightError) || error.code !== "issuance.refused") throw error;
    const refusal = error.parameters as ParametersOf<"issuance.refused">;
    const wouldPass = adviceFor(order, refusal.wouldPass);
    throw failure("issuance.refused", { ...refusal, wouldPass }, error);
  }
};

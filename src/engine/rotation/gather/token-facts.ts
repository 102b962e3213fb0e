import type { IssuerFacts, TokenFacts } from "../../../core/model/inventory.ts";
import { tokenRights } from "../../../core/tokens/rights.ts";
import { missingRights } from "../../discovery/check-rights.ts";
import { attempt } from "../attempt.ts";
import type { Look } from "../look.ts";
import { secretsOf } from "../observe/tokens.ts";

/** Of the key pair of ServiceAccount tokens, once the authority has it. None where the API is silent, which is told elsewhere. */
export const tokenFacts = async (
  look: Look,
  issuers: readonly IssuerFacts[],
): Promise<readonly TokenFacts[]> => {
  const name = look.at.layout.kubernetes?.issuers.serviceAccount;
  const current = issuers
    .find((one) => one.name === name)
    ?.generations.findLast(({ stage }) => stage === "issuing");
  if (name === undefined || current === undefined) return [];
  const asked = await attempt(async (): Promise<TokenFacts> => {
    const api = await look.at.apis.open();
    const forbidden = await missingRights(api, tokenRights, "certwright-tokens");
    if (forbidden !== undefined) return { issuer: name, secrets: [], forbidden };
    return { issuer: name, secrets: await secretsOf(api, current.key) };
  });
  return asked.ok ? [asked.value] : [];
};

import type { Claim } from "../../../core/model/claim.ts";
import type { KeyId } from "../../../core/model/certificate.ts";
import { some } from "../../../core/text/some.ts";
import type { KubernetesApi } from "../../../ports/kubernetes.ts";
import { generationOf } from "../../authority/issuers.ts";
import { attempt } from "../attempt.ts";
import type { Look } from "../look.ts";
import { keyOf, secretsPath } from "./tokens.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

type TokenSecretsClaim = Pick<
  Extract<Claim, { kind: "token-secrets" }>,
  "issuer" | "generation" | "others"
>;

export interface TokenSecret {
  readonly namespace: string;
  readonly name: string;
  /** Emptied, and not filled again yet. */
  readonly empty: boolean;
}

/** Token Secrets whose token nobody accepts, and those that have none. A token that does not name its key is left. */
export const deadSecrets = async (
  look: Look,
  api: KubernetesApi,
  { issuer, generation, others }: TokenSecretsClaim,
): Promise<readonly TokenSecret[]> => {
  const { keyId } = generationOf(await look.issuer(issuer), generation);
  const accepted = new Set<KeyId>([keyId, ...others]);
  const found: TokenSecret[] = [];
  // One after the other: what else those Secrets hold is never kept.
  for await (const secret of api.list(secretsPath)) {
    const { namespace = "", name } = secret.metadata;
    const { token } = (secret["data"] ?? {}) as { readonly token?: unknown };
    const key = keyOf(secret);
    if (token === undefined) found.push({ namespace, name, empty: true });
    else if (key !== undefined && !accepted.has(key)) found.push({ namespace, name, empty: false });
  }
  return found;
};

export const observeTokenSecrets = async (look: Look, claim: TokenSecretsClaim): Promise<Seen> => {
  const found = await attempt(async () => deadSecrets(look, await look.at.apis.open(), claim));
  if (!found.ok) return unknowable(found.why);
  const names = found.value.map(({ namespace, name }) => `${namespace}/${name}`);
  return names.length === 0
    ? holds("api", "every token Secret has a token that is accepted")
    : fails("api", `without a token that is accepted: ${some(names)}`);
};

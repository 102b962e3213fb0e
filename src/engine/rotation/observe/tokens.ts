import { decodeBase64 } from "../../../core/bytes/base64.ts";
import { asciiBytes, utf8Of } from "../../../core/bytes/utf8.ts";
import { parseTimestamp } from "../../../core/issuance/timestamp.ts";
import type { Claim } from "../../../core/model/claim.ts";
import type { Instant, KeyId } from "../../../core/model/certificate.ts";
import { readToken } from "../../../core/tokens/token.ts";
import { formatInstant } from "../../../core/x509/time.ts";
import type { KubernetesApi, KubernetesObject } from "../../../ports/kubernetes.ts";
import { generationOf } from "../../authority/issuers.ts";
import { attempt } from "../attempt.ts";
import type { Look } from "../look.ts";
import { generationWords } from "../wanted.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

/** All Secrets that hold a ServiceAccount's token. */
export const secretsPath =
  "/api/v1/secrets?fieldSelector=type%3Dkubernetes.io%2Fservice-account-token";

/** Named in full; of more only the number is told. */
const namedAtMost = 10;

/**
 * Whether any token Secret holds a token that the generation's key signed; besides, for whoever has to say that no pod
 * does either, how many pods are older than the key that signs now.
 */
export const observeTokens = async (
  look: Look,
  { issuer, generation: number }: Extract<Claim, { kind: "tokens" }>,
): Promise<Seen> => {
  const { keyId } = generationOf(await look.issuer(issuer), number);
  const words = generationWords(issuer, number);
  const found = await attempt(async () => {
    const api = await look.at.apis.open();
    return { secrets: await secretsOf(api, keyId), pods: await oldPods(look, api, issuer) };
  });
  if (!found.ok) return unknowable(found.why);
  const { secrets, pods } = found.value;
  if (secrets.length === 0) return holds("api", `no Secret holds a token of ${words}; ${pods}`);
  const named = secrets.slice(0, namedAtMost).join(", ");
  const more = secrets.length > namedAtMost ? ` and ${secrets.length - namedAtMost} more` : "";
  return fails(
    "api",
    `tokens of ${words} are in the Secrets ${named}${more}: for each make a second Secret of that type for the same ServiceAccount, have its users read that, then delete the first; emptying data.token ends the token at once`,
  );
};

/** "NAMESPACE/NAME" of every Secret that holds a token of the key. */
export const secretsOf = async (api: KubernetesApi, key: KeyId): Promise<readonly string[]> => {
  const found: string[] = [];
  // One page after the other: what else those Secrets hold is never kept.
  for await (const secret of api.list(secretsPath)) {
    if (keyOf(secret) === key) found.push(`${secret.metadata.namespace}/${secret.metadata.name}`);
  }
  return found;
};

/** Whose key has signed the token in it. */
export const keyOf = ({ data }: KubernetesObject): KeyId | undefined => {
  const { token } = (data ?? {}) as { readonly token?: unknown };
  const decoded = typeof token === "string" ? decodeBase64(asciiBytes(token)) : undefined;
  return decoded?.ok === true ? readToken(utf8Of(decoded.bytes).text)?.key : undefined;
};

/** When the key that signs now came to lie on the last master, and how many pods were there before. */
const oldPods = async (look: Look, api: KubernetesApi, issuer: string): Promise<string> => {
  const since = await signingSince(look, issuer);
  let old = 0;
  let all = 0;
  for await (const { status, metadata } of api.list("/api/v1/pods")) {
    const { phase } = (status ?? {}) as { readonly phase?: string };
    if (phase === "Succeeded" || phase === "Failed") continue;
    all += 1;
    if ((parseTimestamp(metadata.creationTimestamp ?? "") ?? 0) <= since) old += 1;
  }
  return `${old} of ${all} pods are older than the key that lies there for signing since ${formatInstant(since)}: their kubelets renew their tokens by ${formatInstant(since + renewedAfter)} at the latest`;
};

/** The kubelet renews at 80 % of a token's life, and after a day whatever its life is (pkg/kubelet/token/token_manager.go). */
const renewedAfter = 24 * 3_600_000;

const signingSince = async (look: Look, issuer: string): Promise<Instant> => {
  const slots = [...look.at.layout.slots.values()].filter(
    (slot) => slot.issuer === issuer && slot.place.form?.kind === "private-key",
  );
  const contents = await Promise.all(slots.map(({ id }) => look.content(id)));
  return Math.max(0, ...contents.map((one) => (one.ok ? (one.value.held?.changedAt ?? 0) : 0)));
};

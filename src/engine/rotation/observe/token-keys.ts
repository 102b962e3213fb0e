import { failure } from "../../../core/errors/certwright-error.ts";
import type { Claim } from "../../../core/model/claim.ts";
import type { KeyId } from "../../../core/model/certificate.ts";
import { keySetPath, probedAccount } from "../../../core/tokens/rights.ts";
import { keysInSet, readToken } from "../../../core/tokens/token.ts";
import { generationOf } from "../../authority/issuers.ts";
import { attempt } from "../attempt.ts";
import type { PlacedConsumer, PlacedSlot } from "../layout.ts";
import type { Look } from "../look.ts";
import { generationWords, short } from "../wanted.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

// What an API server has loaded of the keys of ServiceAccount tokens, asked of that server itself. certwright signs no
// token: it would act in somebody's name, and what the servers say of themselves is proof enough.

type TrustClaim = Extract<Claim, { kind: "accepts" | "refuses" }>;

/** Whether the API server that reads the slot accepts tokens of that generation's key. */
export const observeTokenTrust = async (look: Look, claim: TrustClaim): Promise<Seen> => {
  const slot = look.slot(claim.slot);
  const { node } = look.consumer(slot.consumer);
  const { keyId } = generationOf(await look.issuer(claim.issuer), claim.generation);
  const words = generationWords(claim.issuer, claim.generation);
  const answer = await look.text(keySetPath, node);
  if (!answer.ok) return unknowable(answer.why, node?.name);
  const { status, body } = answer.value;
  if (status !== 200) return unknowable(`${keySetPath}: HTTP ${status}`, node?.name);
  const keys = keysInSet(body);
  if (keys === undefined) return unknowable(`${keySetPath}: no JSON Web Key Set`, node?.name);
  const listed = keys.includes(keyId);
  const evidence = `${keySetPath} ${listed ? "lists" : "does not list"} the key of ${words}: ${keys.map(short).join(", ") || "none"}`;
  return listed === (claim.kind === "accepts")
    ? holds("api", evidence, node?.name)
    : fails("api", evidence, node?.name);
};

const tokenPath = `/api/v1/namespaces/${probedAccount.namespace}/serviceaccounts/${probedAccount.name}/token`;
const reviewPath = "/apis/authentication.k8s.io/v1/tokenreviews";

/** The shortest life that the API allows (pkg/apis/authentication/validation: 10 minutes), seconds. */
const shortest = 600;

/** Whether the API server signs with that generation's key, and every API server takes what it signs. */
export const observeTokenSigner = async (
  look: Look,
  slot: PlacedSlot,
  number: number,
): Promise<Seen> => {
  const { node } = look.consumer(slot.consumer);
  const { keyId } = generationOf(await look.issuer(slot.issuer), number);
  const words = generationWords(slot.issuer, number);
  const made = await attempt(() => requestToken(look, node));
  if (!made.ok) return unknowable(made.why, node?.name);
  const { token, key } = made.value;
  if (key !== keyId) {
    const signer = key === undefined ? "a key that it does not name" : short(key);
    return fails("api", `it signs tokens with ${signer}, not with ${words}`, node?.name);
  }
  const servers = [...look.at.layout.consumers.values()].filter(
    ({ kubernetes }) => kubernetes?.kind === "kube-apiserver",
  );
  const reviews = await Promise.all(servers.map((server) => review(look, server, token)));
  const unseen = reviews.find(({ kind }) => kind === "unseen");
  const refusing = reviews.filter(({ kind }) => kind === "refused");
  const signs = `it signs tokens with ${words} (${short(keyId)})`;
  if (refusing.length > 0) {
    const where = refusing.map(({ words: one }) => one).join("; ");
    return fails("api", `${signs}, which is refused: ${where}`, node?.name);
  }
  if (unseen !== undefined) return unknowable(`${signs}; ${unseen.words}`, node?.name);
  const where = servers.map(({ id }) => id).join(", ");
  return holds("api", `${signs}, accepted by ${where}`, node?.name);
};

const requestToken = async (
  look: Look,
  node: PlacedConsumer["node"],
): Promise<{ readonly token: string; readonly key: KeyId | undefined }> => {
  const api = await look.at.apis.open(node);
  const { status } = await api.create(tokenPath, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { expirationSeconds: shortest },
  });
  const { token } = (status ?? {}) as { readonly token?: unknown };
  const facts = typeof token === "string" ? readToken(token) : undefined;
  if (typeof token !== "string" || facts === undefined) {
    throw failure("rotation.no-token", { path: tokenPath });
  }
  return { token, key: facts.key };
};

interface Review {
  readonly kind: "accepted" | "refused" | "unseen";
  readonly words: string;
}

const review = async (
  { at: { apis } }: Look,
  { id, node }: PlacedConsumer,
  token: string,
): Promise<Review> => {
  const answer = await attempt(async () =>
    (await apis.open(node)).create(reviewPath, {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenReview",
      spec: { token },
    }),
  );
  if (!answer.ok) return { kind: "unseen", words: `${id}: ${answer.why}` };
  const { authenticated, error } = (answer.value["status"] ?? {}) as {
    readonly authenticated?: boolean;
    readonly error?: string;
  };
  return authenticated === true
    ? { kind: "accepted", words: id }
    : { kind: "refused", words: `${id}: ${error ?? "not authenticated"}` };
};

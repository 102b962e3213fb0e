import { decodeBase64 } from "../../../core/bytes/base64.ts";
import { asciiBytes, utf8Of } from "../../../core/bytes/utf8.ts";
import { isSignedByToken, signaturePrefix } from "../../../core/kubeconfig/bootstrap-signature.ts";
import type { Look } from "../look.ts";
import type { SlotContent } from "../read-slot.ts";

/** A machine that joins believes cluster-info by one of these. */
export interface BootstrapSignatures {
  readonly ok: boolean;
  readonly words: string;
}

/**
 * Whether the signatures beside a kubeconfig in an object are over the text that is there now, each by the token it
 * names. The controller-manager makes them anew when the text changes (its bootstrapsigner). Undefined where there is
 * none; one whose token is gone says nothing, and is taken away by its maker.
 */
export const bootstrapSignatures = async (
  look: Look,
  { fields = [] }: SlotContent,
): Promise<BootstrapSignatures | undefined> => {
  const good: string[] = [];
  const unseen: string[] = [];
  for (const { object, value = "" } of fields) {
    for (const [key, jws] of Object.entries(textsIn(object["data"]))) {
      if (!key.startsWith(signaturePrefix)) continue;
      const id = key.slice(signaturePrefix.length);
      const asked = await look.get(`/api/v1/namespaces/kube-system/secrets/bootstrap-token-${id}`);
      if (!asked.ok) {
        unseen.push(`whether ${key} verifies cannot be told: ${asked.why}`);
        continue;
      }
      const secret = tokenSecret(textsIn(asked.value?.["data"])["token-secret"]);
      if (secret === undefined) continue;
      if (!isSignedByToken(value, jws, { id, secret }, look.at.ports.digests)) {
        return { ok: false, words: `${key} is not yet the signature of what is there` };
      }
      good.push(`${key} verifies`);
    }
  }
  const words = [...good, ...unseen].join(", ");
  return words === "" ? undefined : { ok: true, words };
};

const textsIn = (data: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(typeof data === "object" && data !== null ? data : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );

const tokenSecret = (encoded: string | undefined): string | undefined => {
  const decoded = encoded === undefined ? undefined : decodeBase64(asciiBytes(encoded));
  return decoded?.ok === true ? utf8Of(decoded.bytes).text : undefined;
};

import type { Webhook } from "../../../core/model/plan.ts";
import { some } from "../../../core/text/some.ts";
import type { KubernetesApi, KubernetesObject } from "../../../ports/kubernetes.ts";
import { attempt } from "../attempt.ts";
import type { Look } from "../look.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

/**
 * Annotation of a webhook configuration: names of its webhooks that are held open, as JSON. It is written with the
 * policies, in one patch, so that whoever comes after a kill knows what to put back.
 */
export const heldOpen = "certwright/held-open";

const plurals: Readonly<Record<Webhook["kind"], string>> = {
  ValidatingWebhookConfiguration: "validatingwebhookconfigurations",
  MutatingWebhookConfiguration: "mutatingwebhookconfigurations",
};

/** An object that has webhooks of which some are asked about. */
export interface WebhookPart {
  readonly path: string;
  readonly object: KubernetesObject;
  /** As they are there now, with their places. */
  readonly webhooks: readonly {
    readonly name: string;
    readonly index: number;
    readonly policy: string;
  }[];
  /** Names of those of them that are held open. */
  readonly held: readonly string[];
}

/** Configurations that are still there. Throws kubernetes.*. */
export const webhookParts = async (
  api: KubernetesApi,
  asked: readonly Webhook[],
): Promise<readonly WebhookPart[]> => {
  const paths = new Map<string, Set<string>>();
  for (const { kind, configuration, name } of asked) {
    const path = `/apis/admissionregistration.k8s.io/v1/${plurals[kind]}/${configuration}`;
    paths.set(path, (paths.get(path) ?? new Set()).add(name));
  }
  const parts: WebhookPart[] = [];
  for (const [path, names] of paths) {
    const object = await api.get(path);
    if (object === undefined) continue;
    const all = (object["webhooks"] ?? []) as readonly {
      readonly name: string;
      readonly failurePolicy?: string;
    }[];
    const webhooks = all
      .map(({ name, failurePolicy = "Fail" }, index) => ({ name, index, policy: failurePolicy }))
      .filter(({ name }) => names.has(name));
    parts.push({ path, object, webhooks, held: heldIn(object) });
  }
  return parts;
};

const heldIn = ({ metadata: { annotations = {} } }: KubernetesObject): readonly string[] => {
  const text = annotations[heldOpen];
  if (text === undefined) return [];
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) ? names.filter((one) => typeof one === "string") : [];
  } catch {
    // Somebody else's words.
    return [];
  }
};

export const observeWebhooks = async (
  look: Look,
  { open, webhooks }: { readonly open: boolean; readonly webhooks: readonly Webhook[] },
): Promise<Seen> => {
  const found = await attempt(async () => webhookParts(await look.at.apis.open(), webhooks));
  if (!found.ok) return unknowable(found.why);
  const wrong = found.value.flatMap((part) =>
    open
      ? part.webhooks.filter(({ policy }) => policy !== "Ignore").map(({ name }) => name)
      : part.held,
  );
  if (wrong.length === 0)
    return holds("api", open ? "none of them blocks" : "none of them is held open");
  return fails("api", open ? `they block: ${some(wrong)}` : `held open: ${some(wrong)}`);
};

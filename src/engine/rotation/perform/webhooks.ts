import type { Webhook } from "../../../core/model/plan.ts";
import { policyPatch } from "../../../core/recovery/webhooks.ts";
import type { Performed } from "../../../ports/world.ts";
import { heldOpen, webhookParts, type WebhookPart } from "../observe/webhooks.ts";
import type { Hands } from "./hands.ts";
import { done, unknown } from "./outcome.ts";

interface Named {
  readonly webhooks: readonly Webhook[];
}

/** In one patch of each object: policies, and the note of which they were. One that blocks nobody stays as it is. */
export const openWebhooks = (hands: Hands, { webhooks }: Named): Promise<Performed> =>
  eachPart(hands, webhooks, (part) => {
    const blocking = part.webhooks.filter(({ policy }) => policy !== "Ignore");
    if (blocking.length === 0) return [];
    const names = [...new Set([...part.held, ...blocking.map(({ name }) => name)])];
    return [
      ...blocking.flatMap((one) => policyPatch(one, one.policy, "Ignore")),
      ...(part.object.metadata.annotations === undefined
        ? [{ op: "add", path: "/metadata/annotations", value: {} }]
        : []),
      { op: "add", path: annotationPath, value: JSON.stringify(names) },
    ];
  });

/** What somebody has changed meanwhile is theirs; the note goes in any case. */
export const closeWebhooks = (hands: Hands, { webhooks }: Named): Promise<Performed> =>
  eachPart(hands, webhooks, (part) =>
    part.object.metadata.annotations?.[heldOpen] === undefined
      ? []
      : [
          ...part.webhooks
            .filter(({ name, policy }) => part.held.includes(name) && policy === "Ignore")
            .flatMap((one) => policyPatch(one, "Ignore", "Fail")),
          { op: "remove", path: annotationPath },
        ],
  );

/** RFC 6901 section 3. */
const annotationPath = `/metadata/annotations/${heldOpen.replaceAll("/", "~1")}`;

const eachPart = async (
  { at: { apis } }: Hands,
  webhooks: readonly Webhook[],
  patchOf: (part: WebhookPart) => readonly object[],
): Promise<Performed> => {
  try {
    const api = await apis.open();
    for (const part of await webhookParts(api, webhooks)) {
      const patch = patchOf(part);
      if (patch.length > 0) await api.patch(part.path, "json", patch);
    }
    return done;
  } catch (error) {
    return unknown(error);
  }
};

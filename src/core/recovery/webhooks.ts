import { shellWord } from "../text/shell-word.ts";
import type { Webhook } from "../model/plan.ts";
import type { RecoveryFacts, WebhookFound } from "./facts.ts";

/** Webhooks without whose answer an API server refuses what they are asked about (failurePolicy Fail, the default). */
const blocking = ({ nodes }: RecoveryFacts): readonly WebhookFound[] => {
  const data = nodes.flatMap(({ witnesses }) => witnesses.etcd ?? []);
  const found = data.flatMap(({ webhooks = [] }) => webhooks);
  return [...new Map(found.map((one) => [webhookWords(one), one])).values()].filter(
    ({ failurePolicy }) => failurePolicy !== "Ignore",
  );
};

/** Why nobody will ever answer for it, in words; undefined: somebody may. */
const whyDead = (
  { takenAt }: RecoveryFacts,
  { service, isServed, caEnds }: WebhookFound,
): string | undefined => {
  if (service !== undefined && !isServed) return `there is no Service ${service}`;
  return caEnds.length > 0 && caEnds.every((end) => end < takenAt)
    ? "every CA that its answers could be verified with has expired"
    : undefined;
};

export interface DeadWebhook {
  readonly webhook: Webhook;
  readonly why: string;
}

/** Those that would refuse what a recovery does, whoever is asked. */
export const deadWebhooks = (facts: RecoveryFacts): readonly DeadWebhook[] =>
  blocking(facts).flatMap((one) => {
    const why = whyDead(facts, one);
    return why === undefined ? [] : [{ webhook: webhookOf(one), why }];
  });

/** Those of which nobody can tell before they are asked. */
export const doubtfulWebhooks = (facts: RecoveryFacts): readonly Webhook[] =>
  blocking(facts)
    .filter((one) => whyDead(facts, one) === undefined)
    .map(webhookOf);

const webhookOf = ({ kind, configuration, name, index }: WebhookFound): Webhook => ({
  kind,
  configuration,
  name,
  index,
});

/** "webhook check.shop.example of ValidatingWebhookConfiguration shop" */
export const webhookWords = ({ kind, configuration, name }: Webhook): string =>
  `webhook ${name} of ${kind} ${configuration}`;

/** A JSON patch (RFC 6902) that gives a webhook another policy, if it is still where it was and has the one it had. */
export const policyPatch = (
  { index, name }: Pick<Webhook, "index" | "name">,
  from: string,
  to: string,
): readonly { readonly op: string; readonly path: string; readonly value: string }[] => [
  { op: "test", path: `/webhooks/${index}/name`, value: name },
  { op: "test", path: `/webhooks/${index}/failurePolicy`, value: from },
  { op: "replace", path: `/webhooks/${index}/failurePolicy`, value: to },
];

/** The same for hands. */
export const patchCommand = (webhook: Webhook, from: string, to: string): string =>
  `kubectl patch ${webhook.kind.toLowerCase()} ${shellWord(webhook.configuration)} --type json -p ${shellWord(JSON.stringify(policyPatch(webhook, from, to)))}`;

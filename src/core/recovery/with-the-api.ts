import type { Content } from "../model/claim.ts";
import type { ConsumerId, SlotId, Turn } from "../model/inventory.ts";
import type { Phase, RenewedPods, Step, StepId } from "../model/plan.ts";
import { turns } from "../plan/phases/turns.ts";
import { some } from "../text/some.ts";
import { phase, step, takes, type RecoveryOptions } from "./steps.ts";
import type { RecoveryFacts } from "./facts.ts";
import type { TreeCa } from "./tree.ts";
import { deadWebhooks, webhookWords } from "./webhooks.ts";

// What is left to do once an API answers.

/**
 * A webhook that nobody answers for has the API refuse what it is asked about: nodes, ConfigMaps, pods. It is held open
 * from the first moment of the API until the last pod is replaced.
 */
export const webhookPhases = (
  facts: RecoveryFacts,
): { readonly open: Phase; readonly close: Phase } => {
  const dead = deadWebhooks(facts);
  const webhooks = dead.map(({ webhook }) => webhook);
  const words = some(dead.map(({ webhook, why }) => `${webhookWords(webhook)} (${why})`));
  const title = "Webhooks that nobody answers for";
  const one = (id: string, does: string, kind: "webhooks.open" | "webhooks.close", risk?: string) =>
    webhooks.length === 0
      ? []
      : [
          step(
            id,
            `${does}: ${words}`,
            { kind, webhooks },
            [{ kind: "webhooks", open: kind === "webhooks.open", webhooks }],
            { expected: takes.files, ...(risk === undefined ? {} : { risk }) },
          ),
        ];
  return {
    open: phase(
      "webhooks",
      title,
      "The API would refuse what they are asked about; until the end of the run it does not.",
      one(
        "webhooks.open",
        "hold open",
        "webhooks.open",
        "until the run ends nobody checks what these would check; which they are is noted on their objects (annotation certwright/held-open)",
      ),
    ),
    close: phase(
      "webhooks-back",
      title,
      "They are what they were: mend what they lack.",
      one("webhooks.close", "give their policy back to", "webhooks.close"),
    ),
  };
};

/**
 * Nobody signs by itself what a kubelet with serverTLSBootstrap serves with (kubernetes pkg/controller/certificates/approver
 * knows client certificates only): it asks when it starts, and is answered once a controller-manager runs.
 */
export const servingPhase = (options: RecoveryOptions, kubelets: Phase): Phase => {
  const restarted = new Set(
    kubelets.steps.flatMap(({ effect }) =>
      effect.kind === "consumer.restart" ? [effect.consumer] : [],
    ),
  );
  const nodes = options.cluster.askingNodes.filter(({ name }) =>
    restarted.has(`${name}/kubelet` as ConsumerId),
  );
  return phase(
    "serving",
    "What kubelets serve with",
    "Logs and exec need it; only requests of nodes for themselves are approved.",
    nodes.length === 0
      ? []
      : [
          step(
            "serving.approve",
            `approve the requests of kubelets for certificates with names and addresses of their own Node objects: ${some(nodes.map(({ name }) => name))}`,
            { kind: "kubelet-requests.approve", nodes },
            [{ kind: "kubelets-serve", nodes }],
            { expected: takes.publish },
          ),
        ],
  );
};

/** What the cluster gives out: nobody joins, and no pod verifies the API, with the former CA in it. */
export const publishPhase = (
  { issuers }: RecoveryOptions,
  replaced: ReadonlySet<TreeCa | "sa">,
): Phase => {
  const bundle = (ca: TreeCa): Content => ({
    kind: "bundle",
    issuer: issuers[ca].issuer,
    generations: [issuers[ca].generation],
    others: [],
  });
  const write = (consumer: string, ca: TreeCa, title: string): Step => {
    const slot = `${consumer}/trust` as SlotId;
    const content = bundle(ca);
    return step(
      `publish.${consumer}`,
      title,
      {
        kind: "slots.write",
        consumer: consumer as ConsumerId,
        during: "running",
        writes: [{ slot, content, expect: [{ kind: "anything" }] }],
      },
      [{ kind: "holds", slot, content }],
      { expected: takes.publish },
    );
  };
  return phase(
    "publish",
    "What the cluster gives out",
    "Whoever joins or verifies the API takes the CA from here.",
    [
      ...(replaced.has("ca")
        ? [
            write(
              "cluster/kube-root-ca",
              "ca",
              "wait until every namespace has the new CA for its pods",
            ),
            write("cluster/cluster-info", "ca", "write the new CA into cluster-info"),
            write(
              "cluster/client-ca",
              "ca",
              "take the former CA out of extension-apiserver-authentication",
            ),
          ]
        : []),
      ...(replaced.has("front-proxy-ca")
        ? [
            write(
              "cluster/requestheader-ca",
              "front-proxy-ca",
              "take the former front proxy CA out of it",
            ),
          ]
        : []),
    ],
  );
};

/** Projected tokens are renewed by their kubelets; nobody renews those in Secrets. */
export const tokensPhase = ({ issuers, tokenKeys }: RecoveryOptions): Phase => {
  const tokens = { ...issuers.sa, others: tokenKeys.map(({ key }) => key) };
  return phase(
    "tokens",
    "Token Secrets",
    "Tokens that nobody accepts any more are made anew; those that are accepted stay.",
    [
      step(
        "tokens.renew",
        "have token Secrets filled again whose tokens are dead",
        { kind: "token-secrets.renew", ...tokens },
        [{ kind: "token-secrets", ...tokens }],
        { expected: takes.publish },
      ),
    ],
  );
};

interface PodStep {
  readonly id: string;
  readonly title: string;
  readonly turns: readonly Turn[];
}

/** Who is replaced in which step; the last one takes whoever is left. */
const podSteps: readonly PodStep[] = [
  { id: "network", title: "replace pods of network plugins", turns: ["network"] },
  { id: "proxy", title: "replace the pods of kube-proxy", turns: ["proxy"] },
  { id: "dns", title: "replace the pods of CoreDNS", turns: ["dns"] },
  { id: "controller", title: "replace pods of controllers and operators", turns: ["controller"] },
  { id: "ingress", title: "replace pods of ingresses and gateways", turns: ["ingress"] },
  { id: "rest", title: "replace every other pod that uses the API", turns },
];

/**
 * Which pods these are only the API tells, and it is asked when it is back: each step's claim is judged then, so that
 * pods which hold nothing dead are left, and a second attempt replaces none twice.
 */
export const workloadsPhase = (
  { issuers, asksBefore }: RecoveryOptions,
  dead: { readonly trust: boolean; readonly tokens: boolean },
): Phase => {
  const asked: PodStep = {
    id: "asked",
    title: "replace pods that certwright.yaml asks about",
    turns,
  };
  const all = [...podSteps, ...(asksBefore ? [asked] : [])];
  const steps = all.map((of, i) => {
    const former = all[i - 1];
    const pods: RenewedPods = {
      turns: of.turns,
      ...(dead.trust ? { trust: issuers.ca } : {}),
      tokens: dead.tokens,
      asked: of === asked,
    };
    return step(
      `workloads.${of.id}`,
      of.title,
      { kind: "pods.renew", ...pods },
      [{ kind: "pods-renewed", ...pods }],
      {
        expected: takes.rollout,
        hazard: "disruptive",
        approval: of === asked,
        needs: former === undefined ? [] : [`workloads.${former.id}` as StepId],
        risk: "pods are replaced as their controller and their disruption budgets allow; where those allow nothing, the run waits",
      },
    );
  });
  return phase(
    "workloads",
    "Pods that use the API",
    "Those that hold a dead CA or a dead token, as the API tells when it is back; whom others need first.",
    steps,
  );
};

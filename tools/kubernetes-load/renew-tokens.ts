import type { Plan } from "../../src/core/model/plan.ts";
import type { KubernetesLoad } from "./load.ts";

/** Workloads of kubeadm's that ask the API with a token. */
const workloads = ["daemonset/kube-proxy", "deployment/coredns"] as const;

/**
 * What a plan that rotates the key pair of tokens asks of people once the new key signs: that nobody shows a token of the
 * old one any more. Pods are replaced, and who has a Secret's token gets another one; the run waits for it at its drop.
 * `before` is called first, and what it gives is what `renewed` resolves with when all that is done.
 */
export const renewsTokens = <T>({
  kubectl,
  plan,
  load,
  before,
}: {
  readonly kubectl: (...words: string[]) => Promise<string>;
  readonly plan: Plan;
  readonly load: Pick<KubernetesLoad, "renewTokens">;
  readonly before: () => Promise<T>;
}): { readonly proved: (step: string) => void; readonly renewed: () => Promise<T> } => {
  const signing = new Set<string>(
    plan.phases
      .flatMap(({ steps }) => steps)
      .filter(({ id }) => /^switch\.restart\..*\/kube-(?:apiserver|controller-manager)$/.test(id))
      .map(({ id }) => id),
  );
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const renewed = begun.then(async () => {
    const found = await before();
    const rollout = ["-n", "kube-system", "rollout"];
    for (const each of workloads) await kubectl(...rollout, "restart", each);
    for (const each of workloads) await kubectl(...rollout, "status", each, "--timeout=240s");
    const [where, name] = (await load.renewTokens())?.split("/") ?? [];
    if (name !== undefined) await kubectl("-n", where!, "delete", "secret", name);
    return found;
  });
  // Told by whoever waits for it.
  renewed.catch(() => undefined);
  return {
    proved: (step) => {
      if (signing.delete(step) && signing.size === 0) begin();
    },
    renewed: () => renewed,
  };
};

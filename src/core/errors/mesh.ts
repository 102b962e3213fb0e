import { define } from "./definition.ts";

/** Why a mesh's CA is not recovered; */
export const meshErrors = {
  "mesh.absent": define<{ namespace: string; kubeconfig: string }>({
    message: (p) =>
      `the cluster of ${p.kubeconfig} has no istiod and nothing of its CA in namespace ${p.namespace}: neither the Secrets istio-ca-secret and cacerts nor a ConfigMap istio-ca-root-cert`,
    hint: () =>
      "name the namespace that istiod runs in (kubectl get pods -A -l app=istiod): certwright recover --mesh istio --namespace NAME",
    retry: "never",
    exit: 1,
  }),
  "mesh.first": define<{ found: string; title: string; remedy: string }>({
    message: (p) => `${p.title} (${p.found}); nothing is written before that is dealt with`,
    hint: (p) => p.remedy,
    retry: "never",
    exit: 1,
  }),
  "mesh.not-asked-for": define<{ option: string }>({
    message: (p) => `${p.option} is not for a mesh, whose CA is in objects of the API alone`,
    hint: () =>
      "name the kubeconfig, and where istiod runs: certwright recover --mesh istio --kubeconfig FILE --namespace istio-system",
    retry: "never",
    exit: 2,
  }),
  "mesh.changed": define<{ secret: string }>({
    message: (p) =>
      `Secret ${p.secret} is not what it was when it was looked at: it has no CA, or no key, to go on with`,
    hint: () => "certwright abort, and look again: certwright recover --mesh istio --plan-only",
    retry: "never",
    exit: 1,
  }),
  "mesh.rights": define<{
    user: string;
    /** "patch secrets in istio-system" */
    missing: readonly string[];
    manifest: string;
  }>({
    message: (p) =>
      `user "${p.user}" may not do what looking at a mesh and recovering it needs; nothing was changed; missing: ${p.missing.join(", ")}`,
    hint: (p) =>
      `let an administrator apply this, and run it again:\n\nkubectl apply -f - <<'END'\n${p.manifest}END`,
    retry: "never",
    exit: 1,
  }),
  "mesh.other-planner": define<{ namespace: string }>({
    message: (p) =>
      `the recovery of the mesh in ${p.namespace} is planned by looking at what is left, and not from an inventory`,
    hint: () => "look again: certwright recover --mesh istio --plan-only",
    retry: "never",
    exit: 1,
  }),
  "mesh.other-effect": define<{ effect: string }>({
    message: (p) => `this run has no hands for ${p.effect}`,
    hint: () => "look again: certwright recover --mesh istio --plan-only",
    retry: "never",
    exit: 1,
  }),
} as const;

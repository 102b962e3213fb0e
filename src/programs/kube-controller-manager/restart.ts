import type { RestartRule } from "../kubernetes/slot.ts";

export const restartRules: readonly RestartRule[] = [
  {
    rule: "One at a time, the leader last",
    why: "one that has not read the new CA yet and becomes the leader publishes the former one again",
    source: "pkg/controller/certificates/rootcacertpublisher/publisher.go, syncNamespace",
  },
  {
    rule: "Up to 17 s without a leader are no fault",
    why: "1.35 does not give its lease back: another one takes it after 15 s, and asks every 2 s; 1.36 has a feature for giving it back",
    source:
      "component-base config/v1alpha1/defaults.go; cmd/kube-controller-manager/app/controllermanager.go, ReleaseOnCancel (1.36)",
  },
  {
    rule: "Signing requests wait meanwhile",
    why: "nobody else signs them; kubelets ask months before they need it",
    source: "pkg/controller/certificates/signer/signer.go",
  },
];

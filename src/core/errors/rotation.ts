import { define } from "./definition.ts";

const planAgain = "make a new plan over what is there now: certwright plan rotate …";

export const rotationErrors = {
  "rotation.unexpected": define<{ why: string }>({
    message: (p) => `something that should not happen did: ${p.why}`,
    hint: () => "run it again with the same command; report it if it stays",
    retry: "later",
    exit: 1,
  }),
  "rotation.not-in-estate": define<{ what: string; id: string }>({
    message: (p) => `the estate has no ${p.what} ${p.id}`,
    hint: () => planAgain,
    retry: "never",
    exit: 1,
  }),
  "rotation.no-port": define<{ slot: string }>({
    message: (p) => `${p.slot} is met at no port`,
    retry: "never",
    exit: 1,
  }),
  "rotation.audit-log": define<{ log: string; why: string }>({
    message: (p) => `the audit log ${p.log} cannot be told from: ${p.why}`,
    hint: () => "who used what is not known from it; see who does, and acknowledge it by name",
    retry: "later",
    exit: 1,
  }),
  "rotation.unanswered": define<{ issuer: string; number: number }>({
    message: (p) =>
      `generation ${p.number} of ${p.issuer} waits for its certificate from the external CA`,
    hint: () => "have the request signed, then: certwright answer FILE, with what came back",
    retry: "never",
    exit: 3,
  }),
  "rotation.rights": define<{
    user: string;
    /** "patch daemonsets in kube-system" */
    missing: readonly string[];
    manifest: string;
  }>({
    message: (p) =>
      `user "${p.user}" may not do in the cluster what this plan needs; nothing was changed; missing: ${p.missing.join(", ")}`,
    hint: (p) =>
      `let an administrator apply this, and apply the plan again:\n\nkubectl apply -f - <<'END'\n${p.manifest}END`,
    retry: "never",
    exit: 1,
  }),
  "rotation.drift": define<{ slot: string; path: string; node: string | undefined }>({
    message: (p) =>
      `${p.node === undefined ? "" : `${p.node}: `}${p.path} (${p.slot}) holds neither what the plan found there nor what it writes: somebody has changed it`,
    hint: () =>
      "as a rule kubeadm certs renew, or an agent; put back what was there before and go on, or have the run write over it: certwright resume --repair",
    retry: "never",
    exit: 1,
  }),
  "rotation.unreadable": define<{ slot: string; why: string }>({
    message: (p) => `what lies at ${p.slot} cannot be read: ${p.why}`,
    hint: () => "let certwright read it, then go on: certwright resume",
    retry: "later",
    exit: 4,
  }),
  "rotation.key-unreadable": define<{ slot: string; path: string; node: string | undefined }>({
    message: (p) =>
      `${p.node === undefined ? "" : `${p.node}: `}${p.path} (${p.slot}) holds no private key that can be read, and a signing request needs its signature`,
    hint: () =>
      "see what is there (certwright inspect), or plan with new keys: certwright plan renew --new-key",
    retry: "never",
    exit: 1,
  }),
  "rotation.leaves-unanswered": define<{
    issuer: string;
    number: number;
    missing: number;
    all: number;
  }>({
    message: (p) =>
      `${p.missing} of ${p.all} leaves of generation ${p.number} of ${p.issuer} wait for being signed where its key is`,
    hint: () => "have the requests signed, then: certwright answer FILE…, with what came back",
    retry: "never",
    exit: 3,
  }),
  "rotation.object-changed": define<{ resource: string; field: string }>({
    message: (p) => `${p.resource}: its ${p.field} changed since it was read; nothing was written`,
    hint: () => "what is there now is looked at again",
    retry: "now",
    exit: 1,
  }),
  "rotation.other-gone": define<{ fingerprint: string }>({
    message: (p) =>
      `the certificate with SHA-256 ${p.fingerprint}, which was to stay in the bundle, is not there any more`,
    hint: () => planAgain,
    retry: "never",
    exit: 1,
  }),
  "rotation.no-leaf": define<{ slot: string; path: string }>({
    message: (p) => `${p.path} (${p.slot}) holds no certificate that a new one could be like`,
    hint: () => "write it first: certwright etcd init",
    retry: "never",
    exit: 1,
  }),
  "rotation.was-absent": define<{ slot: string; path: string }>({
    message: (p) => `${p.path} (${p.slot}) was not there before the run`,
    hint: (p) => `look at it, and remove it by hand: rm ${p.path}`,
    retry: "never",
    exit: 1,
  }),
  "rotation.no-service": define<{ consumer: string; verb: string }>({
    message: (p) => `the estate does not say how to ${p.verb} ${p.consumer}`,
    hint: () => 'say so in certwright.yaml, for example service: { systemd: "etcd.service" }',
    retry: "never",
    exit: 1,
  }),
  "rotation.service-failed": define<{
    consumer: string;
    node: string;
    command: string;
    code: number;
    said: string;
  }>({
    message: (p) =>
      `${p.node}: "${p.command}" ended with exit code ${p.code}${p.said === "" ? "" : `: ${p.said}`}`,
    hint: (p) => `see there why ${p.consumer} does not start: its log says so`,
    retry: "later",
    exit: 1,
  }),
  "rotation.no-manifest": define<{ node: string; manifest: string; aside: string }>({
    message: (p) => `${p.node}: neither ${p.manifest} nor ${p.aside} is there`,
    hint: () => "name the static pod's manifest in certwright.yaml: service: { staticPod: … }",
    retry: "never",
    exit: 1,
  }),
  "rotation.pod-late": define<{
    consumer: string;
    node: string;
    awaited: string;
    seconds: number;
    why: string;
  }>({
    message: (p) =>
      `${p.node}: waited ${p.seconds} s for ${p.consumer} ${p.awaited}${p.why === "" ? "" : `: ${p.why}`}`,
    hint: () => "see what the kubelet does there: journalctl -u kubelet",
    retry: "later",
    exit: 1,
  }),
  "rotation.no-api": define<{}>({
    message: () => "the estate has no Kubernetes cluster whose API could be asked",
    hint: () => "say in certwright.yaml where it is: certwright discover",
    retry: "never",
    exit: 1,
  }),
  "rotation.no-flags": define<{ consumer: string }>({
    message: (p) =>
      `the estate does not say in which static pod's manifest the flags of ${p.consumer} are`,
    hint: () => "name it in certwright.yaml: service: { staticPod: … }",
    retry: "never",
    exit: 1,
  }),
  "rotation.no-rollout": define<{ consumer: string; why: string }>({
    message: (p) =>
      `the pods of ${p.consumer} are not replaced when its template changes: ${p.why}`,
    hint: () =>
      "replace its pods yourself, and name it under kubernetes.applications.exclude in certwright.yaml",
    retry: "never",
    exit: 1,
  }),
  "rotation.rollout-late": define<{ consumer: string; seconds: number; why: string }>({
    message: (p) => `the rollout of ${p.consumer} has come no further for ${p.seconds} s: ${p.why}`,
    hint: () =>
      "see what keeps its new pods from starting: kubectl get pods -A, kubectl describe pod",
    retry: "later",
    exit: 1,
  }),
  "rotation.wait-left": define<{ consumer: string; why: string }>({
    message: (p) => `${p.consumer} was not waited for any longer, as was wished: ${p.why}`,
    hint: () => "what was begun goes on by itself; wait on: certwright resume",
    retry: "now",
    exit: 1,
  }),
  "rotation.member-silent": define<{ member: string; why: string }>({
    message: (p) => `${p.member} does not answer: ${p.why}`,
    hint: () => "see which check fails first: certwright etcd check",
    retry: "later",
    exit: 1,
  }),
  "rotation.no-heir": define<{ member: string }>({
    message: (p) => `${p.member} leads, and no other member answers that could lead`,
    hint: () => "see which members are away: certwright etcd check",
    retry: "later",
    exit: 1,
  }),
  "rotation.not-moved": define<{ member: string; heir: string; code: string; message: string }>({
    message: (p) =>
      `${p.member} did not hand the leadership to ${p.heir}: ${p.message} (${p.code})`,
    retry: "later",
    exit: 1,
  }),
  "rotation.no-token": define<{ path: string }>({
    message: (p) => `the API server answered ${p.path} without a token that can be read`,
    hint: () => "see what it says: kubectl create token default -n kube-public",
    retry: "later",
    exit: 1,
  }),
  "rotation.fenced": define<{ step: string }>({
    message: (p) => `${p.step}: another process has taken over this run`,
    hint: () => "see where it is: certwright status",
    retry: "never",
    exit: 1,
  }),
  "plan.exists": define<{ path: string }>({
    message: (p) => `${p.path} is there already and is not overwritten`,
    hint: () => "name another file with --out, or remove it",
    retry: "never",
    exit: 1,
  }),
  "plan.impossible": define<{ goal: string; findings: number }>({
    message: (p) =>
      `nothing can be planned safely for "${p.goal}": ${p.findings} ${p.findings === 1 ? "thing is" : "things are"} in the way, shown above`,
    hint: () => "do what each of them says, and plan again; nothing was changed",
    retry: "never",
    exit: 1,
  }),
  "plan.no-such-target": define<{ word: string; known: readonly string[] }>({
    message: (p) => `the estate has no slot and no consumer "${p.word}"`,
    hint: (p) => `there are: ${p.known.join(", ")}`,
    retry: "never",
    exit: 2,
  }),
};

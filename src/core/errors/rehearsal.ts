import { define } from "./definition.ts";

export const rehearsalErrors = {
  "rehearsal.no-etcd": define<{ why: string }>({
    message: (p) => `nothing to rehearse with: ${p.why}`,
    hint: () =>
      "install the etcd that the members run, with etcdutl (etcdctl before 3.6), or name it: --etcd-bin /path/to/etcd",
    retry: "never",
    exit: 1,
  }),
  "rehearsal.no-program": define<{ program: string; version: string }>({
    message: (p) => `nothing to rehearse with: there is no ${p.program} on this machine`,
    hint: (p) =>
      `install the programs of Kubernetes ${p.version} (dl.k8s.io, kubernetes-server) in a folder, and name it: --programs FOLDER`,
    retry: "never",
    exit: 1,
  }),
  "rehearsal.no-namespaces": define<{ why: string }>({
    message: (p) =>
      `a control plane's copy needs a network of its own, which this user may not make: ${p.why}`,
    hint: () =>
      "on Linux with unshare and nsenter (util-linux) and ip (iproute2), as root, or where user namespaces are allowed: unshare -Urn true",
    retry: "never",
    exit: 1,
  }),
  "rehearsal.other-layout": define<{ cluster: string }>({
    message: (p) =>
      `${p.cluster} is not in static pods of kubeadm's with an etcd member beside each, and only such a control plane can be copied`,
    hint: () => "what can be tried without a copy: certwright plan show PLAN",
    retry: "never",
    exit: 1,
  }),
  "rehearsal.not-laid": define<{ command: string; why: string }>({
    message: (p) => `the copy's machines cannot be made: ${p.command}: ${p.why}`,
    hint: () => "nothing of the estate was touched, and nothing is left of the copy",
    retry: "never",
    exit: 1,
  }),
  "rehearsal.restore-failed": define<{ member: string; restorer: string; why: string }>({
    message: (p) =>
      `${p.restorer} did not restore the snapshot for the copy of ${p.member}: ${p.why}`,
    hint: () => "is it of the version that the members run? see: certwright backup verify",
    retry: "never",
    exit: 1,
  }),
  "rehearsal.not-started": define<{ why: string; log: string }>({
    message: (p) =>
      `the copy did not become healthy: ${p.why}; its programs' last words:\n${p.log}`,
    hint: () => "nothing of the estate was touched",
    retry: "later",
    exit: 1,
  }),
  "rehearsal.not-plannable": define<{ findings: readonly string[] }>({
    message: (p) => `the goal cannot be planned for the copy: ${p.findings.join("; ")}`,
    hint: () => "the estate may be another one than when the plan was made: plan it again",
    retry: "never",
    exit: 1,
  }),
};

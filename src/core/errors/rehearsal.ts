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
      `${p.cluster} has an etcd that the estate does not name, or that is no part of a control plane in kubeadm's static pods: it cannot be copied`,
    hint: () =>
      "a control plane is copied with its etcd: kubeadm's with a member beside each API server, one made by hand with the estate's `etcd:`",
    retry: "never",
    exit: 1,
  }),
  "rehearsal.not-running": define<{ node: string; program: string }>({
    message: (p) =>
      `${p.node}: no ${p.program} runs there, and a copy is started as the real one is`,
    hint: (p) => `start it, and see that it goes on: ps -C ${p.program} -o args`,
    retry: "later",
    exit: 1,
  }),
  "rehearsal.in-system": define<{ node: string; path: string }>({
    message: (p) =>
      `${p.node}: ${p.path} would be written, and in a copy that folder is the one of the machine that you are on`,
    hint: () => "what can be tried without a copy: certwright plan show PLAN",
    retry: "never",
    exit: 1,
  }),
  "rehearsal.leaves-elsewhere": define<{ issuer: string }>({
    message: (p) =>
      `the leaves of ${p.issuer} are to be signed where its key is, and a copy has nobody to ask`,
    hint: () =>
      "rehearse the same change with a CA of certwright's own: plan it without --external-signs leaves, and do not apply that plan",
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

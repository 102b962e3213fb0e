import { shellWord } from "../text/shell-word.ts";
import { define } from "./definition.ts";

const lines = (all: readonly string[]): string => all.map((one) => `\n  ${one}`).join("");

/** Why a cluster could not be made out; nothing was written when one of these is said. */
export const discoveryErrors = {
  "discovery.no-kubeconfig": define<{ looked: string }>({
    message: (p) => `no kubeconfig: ${p.looked}`,
    hint: () =>
      "on a control plane node there is one in /etc/kubernetes/admin.conf: certwright discover --kubeconfig FILE",
    retry: "never",
    exit: 2,
  }),
  "discovery.exists": define<{ path: string }>({
    message: (p) => `${p.path} is there already, and an estate file is its operator's`,
    hint: (p) =>
      `compare with what there is now: certwright discover --out ${shellWord(`${p.path}.new`)}; or have it replaced: --yes (a backup is kept beside it)`,
    retry: "never",
    exit: 1,
  }),
  "discovery.rights": define<{
    user: string;
    /** "list secrets" */
    missing: readonly string[];
    manifest: string;
  }>({
    message: (p) =>
      `user "${p.user}" may not look at all that can hold a CA; missing: ${p.missing.join(", ")}`,
    hint: (p) =>
      `let an administrator apply this (it permits reading and nothing else):\n\nkubectl apply -f - <<'END'\n${p.manifest}END`,
    retry: "never",
    exit: 1,
  }),
  "discovery.not-supported": define<{ what: string; evidence: string; instead: string }>({
    message: (p) =>
      `this is ${p.what} (${p.evidence}), which certwright does not rotate yet: it knows kubeadm's clusters`,
    hint: (p) => p.instead,
    retry: "never",
    exit: 1,
  }),
  "discovery.no-kubeadm": define<{ why: string }>({
    message: (p) =>
      `this cluster was not laid out by kubeadm (${p.why}); certwright does not rotate others yet`,
    hint: () =>
      "an etcd cluster of its own can be rotated: certwright estate example shows how it is described",
    retry: "never",
    exit: 1,
  }),
  "discovery.layout": define<{ differences: readonly string[] }>({
    message: (p) =>
      `the control plane reads other files than kubeadm's, or not the same ones everywhere, which certwright does not rotate yet:${lines(p.differences)}`,
    hint: () => "move the files back to kubeadm's paths, or leave this cluster out",
    retry: "never",
    exit: 1,
  }),
  "discovery.flags": define<{ differences: readonly string[] }>({
    message: (p) =>
      `programs of this cluster, which kubeadm did not make, are started with other files than certwright rotates, or not alike on all machines:${lines(p.differences)}`,
    hint: () =>
      "have all machines start them alike, with a kubeconfig in its flag and every member of etcd in --etcd-servers; then: certwright discover",
    retry: "never",
    exit: 1,
  }),
  "discovery.no-process": define<{ node: string; program: string; pod: boolean }>({
    message: (p) =>
      p.pod
        ? `${p.node}: ${p.program} runs in a pod, but kubeadm did not make this cluster (there is no ConfigMap kube-system/kubeadm-config)`
        : `${p.node}: no ${p.program} runs there, as far as this user sees`,
    hint: (p) =>
      p.pod
        ? "certwright knows pods that kubeadm made, and programs that the machine's own service manager starts"
        : `see on that machine: ps -C ${p.program} -o args; other accounts: --ssh-user, --sudo`,
    retry: "never",
    exit: 1,
  }),
  "discovery.no-unit": define<{ node: string; program: string }>({
    message: (p) =>
      `${p.node}: ${p.program} belongs to no unit of systemd, so certwright does not know how it is restarted`,
    hint: () =>
      'say how, with NAME for the program and VERB for restart, stop or start: certwright discover --service-command "rc-service NAME VERB"',
    retry: "never",
    exit: 1,
  }),
  "discovery.masters-differ": define<{
    files: readonly {
      readonly path: string;
      /** What each node has, in words: short fingerprints, or "nothing". */
      readonly on: readonly { readonly node: string; readonly has: string }[];
    }[];
  }>({
    message: (p) =>
      `files that have to be the same on all control plane nodes are not:${lines(
        p.files.map(
          ({ path, on }) => `${path}: ${on.map(({ node, has }) => `${node} ${has}`).join("; ")}`,
        ),
      )}`,
    hint: () =>
      "find out which nodes' certificates verify (certwright inspect on each), and copy the right files from such a node",
    retry: "never",
    exit: 1,
  }),
  "discovery.unreachable": define<{
    nodes: readonly { readonly node: string; readonly why: string }[];
    configuration: string | undefined;
  }>({
    message: (p) =>
      `machines that have to be looked at and ssh does not reach:${lines(p.nodes.map(({ why }) => why))}`,
    hint: (p) =>
      `each has to be in your ssh configuration by its name in the cluster or its address: ssh ${p.configuration === undefined ? "" : `-F ${shellWord(p.configuration)} `}${shellWord(p.nodes[0]!.node)} true; other accounts: --ssh-user, --sudo`,
    retry: "later",
    exit: 1,
  }),
  "discovery.no-kubelet-unit": define<{ nodes: string }>({
    message: (p) =>
      `systemd has no unit "kubelet" on ${p.nodes}, so certwright does not know how a kubelet is restarted`,
    hint: () => 'say how: certwright discover --kubelet-restart "PROGRAM ARGUMENTS"',
    retry: "never",
    exit: 1,
  }),
  "discovery.no-ca": define<{ node: string; path: string; why: string }>({
    message: (p) => `${p.node}: ${p.path}: ${p.why}`,
    hint: (p) => `on that machine: openssl x509 -in ${shellWord(p.path)} -noout -subject`,
    retry: "never",
    exit: 1,
  }),
  "discovery.empty": define<{ what: string }>({
    message: (p) => `the cluster has no ${p.what}`,
    hint: () => "look at what it has: kubectl get nodes --show-labels",
    retry: "never",
    exit: 1,
  }),
};

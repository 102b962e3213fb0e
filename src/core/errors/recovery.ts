import { shellWord } from "../text/shell-word.ts";
import { define } from "./definition.ts";

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1_000_000)} MB`;

/** Why a cluster is not recovered; nothing was written when one of these is said. */
export const recoveryErrors = {
  "recovery.no-master": define<{
    nodes: readonly { readonly node: string; readonly why: string }[];
  }>({
    message: (p) =>
      `no control plane node was seen: ${p.nodes.map(({ node, why }) => `${node}: ${why}`).join("; ")}`,
    hint: () =>
      "run it on a control plane node, or name those that ssh reaches: certwright recover --plan-only --master NAME --ssh-config FILE",
    retry: "never",
    exit: 1,
  }),
  "recovery.unknown": define<{ unknown: readonly string[] }>({
    message: (p) => `not known, and needed to make the files again: ${p.unknown.join("; ")}`,
    hint: () => "name every control plane node whose etcd data is left: --master NAME",
    retry: "never",
    exit: 1,
  }),
  "recovery.first": define<{ found: string; title: string; remedy: string }>({
    message: (p) => `${p.title} (${p.found}); nothing is written before that is dealt with`,
    hint: (p) => p.remedy,
    retry: "never",
    exit: 1,
  }),
  "recovery.no-such-data": define<{ asked: string; whole: readonly string[] }>({
    message: (p) => `no etcd data of this cluster was found on ${p.asked}`,
    hint: (p) =>
      p.whole.length === 0
        ? "none was found on any node: copy a snapshot onto a control plane node, and name it: --restore-etcd-from NODE:/PATH"
        : `one of these: ${p.whole.map((name) => `--restore-etcd-from ${shellWord(name)}`).join(", ")}`,
    retry: "never",
    exit: 1,
  }),
  "recovery.no-snapshot": define<{ node: string; path: string; why: string }>({
    message: (p) => `${p.path} on ${p.node} is no snapshot that can be restored: ${p.why}`,
    hint: () => "copy one there that etcdctl snapshot save has written, and name it NODE:/PATH",
    retry: "never",
    exit: 1,
  }),
  "recovery.quorum-there": define<{ asked: string }>({
    message: (p) =>
      `most members of etcd have their data, so that nothing has to be given up for ${p.asked}'s`,
    hint: () =>
      "leave --restore-etcd-from out: a member whose data is gone gets it from the others",
    retry: "never",
    exit: 1,
  }),
  "recovery.no-quorum": define<{ node: string }>({
    message: (p) =>
      `no member of etcd besides ${p.node}'s has a leader, and only a majority can take another member in`,
    hint: () => "look at the others: crictl ps -a, crictl logs; certwright resume goes on",
    retry: "later",
    exit: 1,
  }),
  "recovery.etcd-runs-on": define<{ node: string; seconds: number }>({
    message: (p) =>
      `etcd on ${p.node} runs ${p.seconds} s after its manifest was taken away, and its data cannot be touched meanwhile`,
    hint: () => "does the kubelet there run? systemctl status kubelet; certwright resume goes on",
    retry: "later",
    exit: 1,
  }),
  "recovery.not-set-aside": define<{ node: string; path: string; why: string }>({
    message: (p) => `${p.path} on ${p.node} cannot be made room for: ${p.why}`,
    hint: () => "nothing was deleted; certwright resume goes on when that is mended",
    retry: "later",
    exit: 1,
  }),
  "recovery.not-all-named": define<{ node: string }>({
    message: (p) =>
      `to go on with what ${p.node} has, every control plane node has to be named: a quorum that lives elsewhere would have a second cluster beside it`,
    hint: () =>
      "name all of them, this one as well: --master NAME for each; --gone NAME where a machine is gone for good",
    retry: "never",
    exit: 1,
  }),
  "recovery.masters-left-out": define<{
    unseen: readonly { readonly name: string; readonly url: string }[];
    named: readonly string[];
  }>({
    message: (p) =>
      `etcd's data or a manifest has the members ${p.unseen.map(({ name, url }) => `${name} (${url})`).join(", ")} as well, and only ${p.named.join(", ")} ${p.named.length === 1 ? "was" : "were"} looked at`,
    hint: (p) =>
      `name every control plane node that is left, also when it is this one alone: certwright recover ${[...p.named, ...p.unseen.map(({ name }) => name)].map((name) => `--master ${shellWord(name)}`).join(" ")}; a machine that is gone for good: --gone NAME`,
    retry: "never",
    exit: 1,
  }),
  "recovery.read-only": define<{ node: string; paths: readonly string[] }>({
    message: (p) => `${p.node}: nothing can be written below ${p.paths.join(", ")}`,
    hint: () =>
      "see why its file system is mounted read-only (dmesg, /proc/mounts), and mount it read-write",
    retry: "later",
    exit: 1,
  }),
  "recovery.of-another-run": define<{ node: string; path: string; holder: string; run: string }>({
    message: (p) =>
      `${p.holder} recovers this cluster already, with run ${p.run} of another directory (${p.node}: ${p.path})`,
    hint: (p) =>
      `let them end it; if that directory is lost and nobody works on the cluster, remove ${p.path} on ${p.node}`,
    retry: "later",
    exit: 1,
  }),
  "recovery.other-estate": define<{ path: string; why: string }>({
    message: (p) => `${p.path} does not fit what was found: ${p.why}`,
    hint: () => "have what was found written elsewhere: certwright recover --estate recovered.yaml",
    retry: "never",
    exit: 1,
  }),
  "recovery.other-kubeconfig": define<{ path: string; leads: readonly string[] }>({
    message: (p) =>
      `${p.path} would be made anew, and it is of something else: ${p.leads.join(", ")}`,
    hint: () => "have yours made elsewhere: certwright recover --kubeconfig recovered-kubeconfig",
    retry: "never",
    exit: 1,
  }),
  "recovery.kept-expired": define<{ issuer: string }>({
    message: (p) => `${p.issuer}, which certwright keeps, has expired`,
    hint: (p) =>
      `recover with a PKI directory of its own, into which ${p.issuer} is taken over from the nodes: certwright recover --dir recovered-pki`,
    retry: "never",
    exit: 1,
  }),
  "recovery.not-a-master": define<{ nodes: readonly string[] }>({
    message: (p) =>
      `nothing of a control plane lies or runs on ${p.nodes.join(", ")}, so nothing is written anywhere`,
    hint: () => "name control plane nodes only; workers are found in etcd's data: --master NAME",
    retry: "never",
    exit: 1,
  }),
  "recovery.unreachable": define<{
    nodes: readonly { readonly node: string; readonly why: string }[];
  }>({
    message: (p) =>
      `not reached, and without them nothing is written: ${p.nodes.map(({ why }) => why).join("; ")}`,
    hint: () => "what could be seen without them: certwright recover --plan-only",
    retry: "later",
    exit: 1,
  }),
  "recovery.not-copied": define<{ node: string; path: string; why: string }>({
    message: (p) => `${p.node}: ${p.path} could not be copied: ${p.why}`,
    hint: () =>
      "nothing is changed before there is a copy: see that there is room, then again: certwright resume",
    retry: "later",
    exit: 1,
  }),
  "recovery.no-room": define<{ node: string; path: string; free: number; needed: number }>({
    message: (p) =>
      `${p.node}: a copy of what is left needs ${megabytes(p.needed)}, and where ${p.path} is to be ${megabytes(p.free)} are free`,
    hint: () =>
      "make room there, without touching /var/lib/etcd, /etc/kubernetes and /var/lib/kubelet/pki: nothing is changed before there is a copy",
    retry: "later",
    exit: 1,
  }),
  "recovery.pods-unseen": define<{ why: string }>({
    message: (p) => `which pods hold a dead CA or a dead token cannot be told: ${p.why}`,
    hint: () => "what the API lacks is told above; then go on: certwright resume",
    retry: "later",
    exit: 1,
  }),
  "recovery.other-planner": define<{ cluster: string }>({
    message: (p) =>
      `the recovery of ${p.cluster} is planned by looking at what is left, and not from an inventory`,
    hint: () => "look again: certwright recover --plan-only",
    retry: "never",
    exit: 1,
  }),
  "recovery.not-for-etcd": define<{ path: string; option: string }>({
    message: (p) =>
      `${p.option} is for the control plane of a Kubernetes cluster, and ${p.path} is an etcd cluster without one`,
    hint: () => "what can be done, step by step: certwright recover --plan-only",
    retry: "never",
    exit: 2,
  }),
  "recovery.masters-twice": define<{ name: string }>({
    message: (p) => `${p.name} is named twice`,
    hint: (p) => `name it once: --master ${shellWord(p.name)}`,
    retry: "never",
    exit: 2,
  }),
} as const;

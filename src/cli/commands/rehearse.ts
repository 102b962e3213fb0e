import { resolve } from "node:path";
import { insideVariable } from "../../adapters/rehearsal/plane/enter.ts";
import { relayVariable, serveRelay } from "../../adapters/rehearsal/plane/relay.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { defineCommand } from "../command.ts";
import { estateOption, readCluster, readRotatable, timeoutOption } from "../etcd-estate.ts";
import { leavesAsked } from "../external/hand-out.ts";
import { outputOption } from "../output.ts";
import { pkiOptions } from "../pki/open-pki.ts";
import { carryOut } from "../rehearsal/carry-out.ts";
import { rehearseOutside } from "../rehearsal/copy-plane.ts";
import { openCopy } from "../rehearsal/open-copy.ts";
import { rehearseInside } from "../rehearsal/rehearse-inside.ts";
import { readPlan } from "../run/read-plan.ts";
import { duration } from "../values.ts";

export const command = defineCommand({
  description:
    "Carries a plan's goal out on a copy and says what will happen: the same planner plans for it, the same engine carries it out with the same proofs, while a client asks all the time. Of an etcd cluster: a snapshot of its data is restored into as many real etcd processes on 127.0.0.1, with certificates of a throw-away PKI of the same shape. Of a Kubernetes cluster: its control plane once more, in network namespaces of this machine that lead nowhere; real etcd members, API servers, controller-managers and schedulers at the real addresses, with their own flags and copies of the real certificates, keys and kubeconfigs, which lie in memory only. Kubelets and pods are not copied; what they would have to show is said at the end. Reads one snapshot and the files of masters and members and changes nothing of the estate; the copy is removed at the end. Needs etcd and etcdutl (etcdctl before 3.6) on this machine, and for Kubernetes Linux, kube-apiserver, kube-controller-manager and kube-scheduler, and root or user namespaces. Exit code 0 when the copy reached the goal and no request failed but in gaps that the plan announces and for no longer, else 1.",
  arguments: { plan: { description: "the plan's file" } },
  options: {
    estate: estateOption,
    ...pkiOptions,
    etcdBin: {
      flag: "--etcd-bin <file>",
      description: "the etcd program to rehearse with (default: the one in PATH)",
    },
    programs: {
      flag: "--programs <folder>",
      description:
        "where kube-apiserver, kube-controller-manager, kube-scheduler and etcd are (default: in PATH)",
    },
    wait: {
      flag: "--wait <duration>",
      description: "how long to go on trying what cannot be done at the moment",
      default: "2m",
      parse: duration,
    },
    timeout: timeoutOption,
    output: outputOption("json"),
  },
  examples: [
    {
      command: "certwright rehearse rotate-etcd-ca.plan.json",
      does: "Try the plan on a copy of the cluster",
    },
    {
      command: "certwright rehearse rotate-etcd-ca.plan.json -o json | jq .load",
      does: "How many requests failed meanwhile",
    },
    {
      command:
        "certwright rehearse rotate-kubernetes-ca.plan.json --programs ./kubernetes/server/bin",
      does: "Try it on a copy of the control plane",
    },
  ],
  async run(terminal, { arguments: { plan: file }, options }): Promise<ExitCode> {
    const relay = terminal.env[relayVariable];
    if (relay !== undefined) return serveRelay(relay);
    const plan = readPlan(resolve(file));
    const [asked] = leavesAsked(plan);
    if (asked !== undefined) throw failure("rehearsal.leaves-elsewhere", { issuer: asked.issuer });
    const estate = await readRotatable(options.estate);
    const { kubernetes: cluster } = estate;
    if (cluster !== undefined) {
      const folder = terminal.env[insideVariable];
      return folder === undefined
        ? rehearseOutside(terminal, options, estate, cluster)
        : rehearseInside(terminal, folder, { plan, estate, cluster }, options);
    }
    const etcd = await readCluster(options.estate);
    const done = terminal.progress("bringing up a copy of the cluster");
    const copy = await openCopy(terminal, options, etcd, {
      etcd: options.etcdBin,
      deadline: options.timeout,
    }).finally(done);
    try {
      terminal.leaving("the estate was not touched; the copy is removed");
      const { members } = copy.cluster;
      return await carryOut(terminal, plan, options, {
        scratch: { nodes: members.map(({ node }) => node), etcd: copy.cluster },
        ports: copy.ports,
        choice: copy.choice,
        etcd: copy.cluster.binary,
        versions: { etcd: copy.version },
        settling: 0,
        left: [],
        crashes: () => [],
      });
    } finally {
      await copy.close();
    }
  },
});

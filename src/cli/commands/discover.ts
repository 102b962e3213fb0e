import { resolve } from "node:path";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { verifySignature } from "../../adapters/crypto/node-verify.ts";
import { parseEstate } from "../../adapters/estate/read-estate.ts";
import { localFiles } from "../../adapters/files/local-files.ts";
import { httpsKubernetes } from "../../adapters/kubernetes/https-kubernetes.ts";
import { readKubeconfig } from "../../adapters/kubernetes/read-kubeconfig.ts";
import { systemNodes } from "../../adapters/node/system-nodes.ts";
import { utf8Bytes } from "../../core/bytes/utf8.ts";
import { estateText } from "../../core/discovery/estate-text.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { discover } from "../../engine/discovery/discover.ts";
import type { DesiredFile, FileChange } from "../../ports/files.ts";
import { defineCommand } from "../command.ts";
import { confirm } from "../confirm.ts";
import { nodeOptions, wordsOf } from "../discover/node-options.ts";
import { findKubeconfig } from "../discover/find-kubeconfig.ts";
import { discoveryData, discoveryText } from "../discover/text.ts";
import { outputOption, writeData } from "../output.ts";
import type { Terminal } from "../terminal.ts";
import { duration } from "../values.ts";

export const command = defineCommand({
  description:
    "Finds out from a kubeconfig and ssh how a cluster is made, by kubeadm or by hand with programs as services of their machines, and writes it down as an estate file: nodes, control plane, endpoint, where etcd runs, how kubelets are restarted, which workloads read the cluster's CA when they start. Then it lists everything that holds one of the cluster's CAs, wherever that is: ConfigMaps, Secrets, webhooks, CRDs, API services, kubeconfigs on nodes; with who made it, and whether a rotation writes it. It only reads, on the cluster and on the machines. Secrets are looked at page by page and not kept. What cannot be rotated is refused with the reason.",
  options: {
    kubeconfig: {
      flag: "--kubeconfig <file>",
      description: "the operator's (default: kubectl's, KUBECONFIG or ~/.kube/config)",
    },
    ...nodeOptions,
    serviceCommand: {
      flag: "--service-command <command>",
      description:
        "restarts, stops and starts a program of a control plane made by hand, where systemd does not: with NAME for the program and VERB",
      parse: wordsOf("rc-service NAME VERB"),
    },
    out: {
      flag: "--out <file>",
      description: "where the estate is written",
      default: "certwright.yaml",
    },
    timeout: {
      flag: "--timeout <duration>",
      description: "for each call of the API",
      default: "30s",
      parse: duration,
    },
    yes: { flag: "-y, --yes", description: "replace an estate file without being asked" },
    dryRun: { flag: "--dry-run", description: "write no file" },
    output: outputOption("json", "yaml"),
  },
  examples: [
    {
      command: "certwright discover --kubeconfig admin.conf",
      does: "Write certwright.yaml, with the machines reached as ssh does",
    },
    {
      command: "certwright discover --ssh-user ubuntu --sudo --dry-run -o json",
      does: "Only say what there is, as data",
    },
  ],
  async run(terminal, { options }) {
    const kubeconfig = findKubeconfig(options.kubeconfig, terminal.env);
    // An estate is somebody's work: asked before minutes are spent, not after.
    if (!options.dryRun) await agree(terminal, options.out, options.yes);
    const api = await httpsKubernetes.open({ kubeconfig, deadline: options.timeout });
    let ended = terminal.progress("asking the API server");
    try {
      const found = await discover({
        api,
        nodes: systemNodes,
        tools: { digests, verifySignature },
        now: terminal.now(),
        kubeconfig,
        ssh: {
          ...(options.sshConfig === undefined ? {} : { configuration: resolve(options.sshConfig) }),
          ...(options.sshUser === undefined ? {} : { user: options.sshUser }),
          sudo: options.sudo,
        },
        ...(options.kubeletRestart === undefined ? {} : { kubeletRestart: options.kubeletRestart }),
        ...(options.serviceCommand === undefined ? {} : { serviceCommand: options.serviceCommand }),
        server: serverOf(kubeconfig),
        progress: (what) => {
          ended();
          ended = terminal.progress(what);
        },
      });
      ended();
      const text = estateText(found, new Date(terminal.now()).toISOString().slice(0, 10));
      // What cannot be read back must not be written.
      parseEstate(text, options.out);
      if (!options.dryRun) await write(options.out, text);
      if (options.output !== "text")
        await writeData(
          terminal,
          options.output,
          discoveryData(found, options.dryRun ? undefined : options.out),
        );
      else terminal.write(discoveryText(terminal, found));
      for (const { text: note, cure } of found.notes)
        terminal.say(
          `${terminal.emphasize("yellow", "note:")} ${note}${cure === undefined ? "" : `; ${cure}`}`,
        );
      if (!options.dryRun)
        terminal.say(`${options.out} is written; look it over, then: certwright ca adopt`);
      return found.workers.some(({ unreachable }) => unreachable !== undefined) ? 3 : 0;
    } finally {
      ended();
      api.close();
    }
  },
});

/** What the operator dials. */
const serverOf = (kubeconfig: string): { readonly host: string; readonly port: number } => {
  const { hostname, port } = readKubeconfig(kubeconfig).server;
  return { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? 443 : Number(port) };
};

/** Nothing in an estate file is secret. */
const mode = 0o644;

const agree = async (terminal: Terminal, path: string, yes: boolean): Promise<void> => {
  const [change] = await localFiles.plan([desired(path, "")]);
  if (change?.before === undefined || yes) return;
  if (await confirm(terminal, `Replace ${path}? A backup is kept beside it.`)) return;
  throw failure("discovery.exists", { path });
};

const write = async (path: string, text: string): Promise<readonly FileChange[]> => {
  const wanted = [desired(path, text)];
  return localFiles.apply(await localFiles.plan(wanted), wanted);
};

const desired = (path: string, text: string): DesiredFile => ({
  path,
  content: utf8Bytes(text),
  mode,
});

/** What goes wrong with clusters, done to real ones. */
import { spawn } from "node:child_process";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { freePorts } from "../../../src/adapters/etcd/free-ports.ts";
import { componentProgram } from "../../../tools/components/cache.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Node } from "../cluster/node.ts";
import { until } from "../cluster/run.ts";

/** With two busy cores. */
const patience = 180_000;

/**
 * Whoever asks the node for the time is told another one. Its kernel's clock is this machine's: a time namespace shifts
 * the monotonic clock only (time_namespaces(7)).
 */
export const shiftClock = (node: Node, seconds: number): (() => void) => {
  const file = node.path("/usr/local/sbin/date");
  writeFileSync(file, `#!/bin/sh\nexec /usr/bin/date --date="${seconds} seconds" "$@"\n`);
  chmodSync(file, 0o755);
  return () => rmSync(file);
};

/** Kilobytes: a few files more than a worker's. */
const small = 256;
const configuration = "/etc/kubernetes";

/** The node's /etc/kubernetes becomes a small disk of its own, which the kubelet reads from its next start on. */
export const makeDiskSmall = async (node: Node): Promise<void> => {
  const aside = "/srv/kubernetes-before";
  await node.run(["cp", "-a", configuration, aside]);
  await node.run(["mount", "-t", "tmpfs", "-o", `size=${small}k,mode=755`, "tmpfs", configuration]);
  await node.run(["cp", "-a", `${aside}/.`, configuration]);
};

/** Not a byte is left on that disk; gives what frees it. */
export const fillDisk = (node: Node): (() => void) => {
  const filler = node.path(`${configuration}/filler`);
  const file = openSync(filler, "w");
  const block = Buffer.alloc(4096);
  try {
    for (let written = 0; written <= small * 1024; written += block.length) writeSync(file, block);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  } finally {
    closeSync(file);
  }
  return () => rmSync(filler);
};

/**
 * A controller-manager that was started before anything was rotated leads from now on: it publishes the CA that it has
 * read, whatever the master's own one reads. Ends with what is given.
 */
export const leadByOldManager = async (
  { nodes: [master], kubectl }: Cluster,
  folder: string,
  /** PEM that it publishes. */
  ca: string,
): Promise<() => Promise<void>> => {
  const kubeconfig = join(folder, "old-manager.conf");
  copyFileSync(master!.path("/etc/kubernetes/controller-manager.conf"), kubeconfig);
  const root = join(folder, "old-manager-ca.crt");
  writeFileSync(root, ca);
  const [port] = await freePorts(1);
  const flags = {
    "bind-address": "127.0.0.1",
    "secure-port": String(port),
    "cert-dir": join(folder, "old-manager"),
    kubeconfig,
    "root-ca-file": root,
    "leader-elect": "true",
    // As kubeadm has it: what each of its controllers may do is their ServiceAccounts' to do.
    "use-service-account-credentials": "true",
  };
  const log = openSync(join(folder, "old-manager.log"), "a");
  const child = spawn(
    componentProgram("kubernetes", "kube-controller-manager")!,
    Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
    { stdio: ["ignore", log, log] },
  );
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  const end = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  const manifest = "/etc/kubernetes/manifests/kube-controller-manager.yaml";
  const aside = "/srv/kube-controller-manager.yaml";
  try {
    await master!.run(["mv", manifest, aside]);
    try {
      await until("the old controller-manager leads", patience, async () => {
        const lease = ["-n", "kube-system", "get", "lease", "kube-controller-manager"];
        const holder = await kubectl(...lease, "-o", "jsonpath={.spec.holderIdentity}");
        return holder.startsWith(`${hostname()}_`) || undefined;
      });
    } finally {
      await master!.run(["mv", aside, manifest]);
    }
    await until("the master's own one stands by", patience, () =>
      master!.run(["pgrep", "-x", "kube-controller"]),
    );
  } catch (error) {
    await end();
    throw error;
  }
  return end;
};

/** Names both trust the cluster's CA of now, and nobody but their owners changes that. */
export const pinned = (ca: string): readonly object[] => [
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "pinned-client", namespace: "default" },
    data: { "api-server-ca.pem": ca },
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "stale-webhook" },
    webhooks: [
      {
        name: "stale.certwright.test",
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        failurePolicy: "Ignore",
        clientConfig: {
          caBundle: Buffer.from(ca).toString("base64"),
          service: { namespace: "default", name: "stale" },
        },
        // Nobody writes these: that it is called is not the point.
        rules: [
          {
            apiGroups: ["stale.certwright.test"],
            apiVersions: ["*"],
            operations: ["CREATE"],
            resources: ["*"],
          },
        ],
      },
    ],
  },
];

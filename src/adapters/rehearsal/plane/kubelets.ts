import { spawn, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Instant } from "../../../core/model/certificate.ts";
import type { Kubernetes, KubernetesApi } from "../../../ports/kubernetes.ts";
import { systemPath } from "../../node/system-path.ts";

export interface KubeletMachine {
  readonly name: string;
  readonly root: string;
  /** env(1)'s and nsenter(1)'s words, without a root of its own; none for a node without a network of its own. */
  readonly network: readonly string[];
  /** "/etc/kubernetes/kubelet.conf" */
  readonly kubeconfig: string;
}

/**
 * What stands in for a kubelet: a process of that name, and the one thing of a kubelet's that all others wait for. With
 * what its kubeconfig held when it was started, it renews its node's lease: an API server that does not let it in, or
 * that it does not trust, makes the node silent.
 */
export interface KubeletStandIn {
  /** Takes the files as they are now. */
  restart(): Promise<void>;
  pid(): number | undefined;
  /** When its process was started. */
  startedAt(): Instant;
  /** Why the lease was not renewed the last time; undefined: it was. */
  fault(): string | undefined;
}

/** A kubelet's own is 10 s, of 40 s that a lease holds. */
const renewPause = 5000;
const callDeadline = 5000;

export const startKubelet = async (
  machine: KubeletMachine,
  kubernetes: Kubernetes,
): Promise<KubeletStandIn> => {
  const { name, root, network } = machine;
  const folder = join(root, "run/kubelet");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let child: ChildProcess | undefined;
  let startedAt = 0;
  let api: KubernetesApi | undefined;
  let fault: string | undefined = "not yet";
  const lease = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`;
  const renew = async (): Promise<void> => {
    const held = api;
    if (held === undefined) return;
    try {
      const renewTime = new Date().toISOString().replace(/Z$/, "000Z");
      await held.patch(lease, "merge", { spec: { renewTime } });
      if (held === api) fault = undefined;
    } catch (error) {
      if (held === api) fault = error instanceof Error ? error.message : String(error);
    }
  };
  const restart = async (): Promise<void> => {
    child?.kill("SIGKILL");
    api?.close();
    api = undefined;
    fault = "not yet";
    child = placeholder(folder, network);
    startedAt = Date.now();
    api = await kubernetes.open({ kubeconfig: frozen(machine, folder), deadline: callDeadline });
    await renew();
  };
  await restart();
  setInterval(() => void renew(), renewPause).unref();
  return { restart, pid: () => child?.pid, startedAt: () => startedAt, fault: () => fault };
};

/** Known by its name, and does nothing. */
const placeholder = (folder: string, network: readonly string[]): ChildProcess => {
  const program = join(folder, "kubelet");
  if (!existsSync(program)) {
    copyFileSync("/usr/bin/sleep", program);
    chmodSync(program, 0o700);
  }
  const [first, ...rest] = [...network, program, "infinity"] as const;
  const child = spawn(first, rest, { env: { PATH: systemPath }, stdio: "ignore" });
  child.on("error", () => undefined);
  child.unref();
  return child;
};

/** The kubeconfig as it is now, with its certificate and key as they are now. */
const frozen = ({ root, kubeconfig }: KubeletMachine, folder: string): string => {
  const text = readFileSync(join(root, kubeconfig), "utf8");
  const path = join(folder, "started-with.conf");
  const inlined = text.replace(
    /^(\s*-?\s*)(client-certificate|client-key|certificate-authority): *(\S+)$/gm,
    (_, blanks: string, field: string, file: string) =>
      `${blanks}${field}-data: ${readFileSync(join(root, file.replaceAll(/["']/g, ""))).toString("base64")}`,
  );
  writeFileSync(path, inlined, { mode: 0o600 });
  return path;
};

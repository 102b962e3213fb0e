import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { TestContext } from "node:test";
import { stringify } from "yaml";
import { componentFolder, isInstalled, recipeOf } from "../../../../tools/components/cache.ts";
import { mainFile, runProgram, type Outcome } from "../../../cli/process.ts";
import { leaveOut } from "../../../left-out.ts";
import { run, until } from "../../cluster/run.ts";
import { hold } from "../../hosts/enter.ts";
import { kubernetesVersion } from "../../cluster/programs.ts";
import { layKubelet, mirrorOf } from "./lay-node.ts";
import { treePrograms } from "../../../../src/core/recovery/tree.ts";

const components = ["kubernetes", "etcd"] as const;
const folders = components.map((name) => componentFolder(recipeOf(name)));
const address = "10.9.9.1";
const nodeName = "m1";
/** From a cold start it takes 10 s; a busy machine gets ten times that. */
const startDeadline = 120_000;
/** A recovery takes a minute there. */
const certwrightDeadline = 8 * 60_000;

/**
 * The programs of a control plane node as kubeadm lays and starts them, in namespaces of their own, without kubelet and
 * containers: ../alone/stand-in.ts plays both. It comes up in 15 s, where a cluster takes twice that and much memory.
 */
export interface ControlPlane {
  /** One of the node's paths as this machine can open it. */
  path(inside: string): string;
  /** Runs a program there and returns what it printed; throws when it fails. */
  run(command: readonly string[]): Promise<string>;
  /** As the administrator. */
  kubectl(...words: string[]): Promise<string>;
  /** In the node's own shell, so to say: on the control plane node itself, in an empty folder. `node`: words for node before it. */
  certwright(words: readonly string[], options?: CertwrightOptions): Promise<Outcome>;
  /** Numbers of the processes of that name, inside. */
  pids(program: string): Promise<readonly string[]>;
}

export interface CertwrightOptions {
  readonly node?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Another program than this source with node: the single executable. */
  readonly program?: readonly string[];
}

/** How certwright restarts what stands for the kubelet. */
export const restartWords = ["--kubelet-restart", "pkill -F /run/kubelet.pid"] as const;

export const withControlPlane = async (
  t: TestContext,
  body: (plane: ControlPlane) => Promise<void>,
): Promise<void> => {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    leaveOut(t, "a control plane in namespaces needs Linux and root: sudo -E");
    return;
  }
  const missing = components.filter((name) => !isInstalled(recipeOf(name)));
  if (missing.length > 0) {
    leaveOut(t, `not in the cache: npm run components ${missing.join(" ")}`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "certwright-alone-"));
  const here = import.meta.dirname;
  const holder = await hold(
    ["--net", "--pid", "--mount", "--uts", "--ipc", "--mount-proc"],
    [join(here, "alone.sh"), folder, address],
  );
  const PATH = [...folders, process.env["PATH"] ?? ""].join(delimiter);
  const namespaces = ["--net", "--pid", "--mount", "--uts", "--ipc"];
  const enter = (command: readonly string[], cwd = "/"): readonly [string, ...string[]] => [
    "nsenter",
    "--target",
    String(holder.pid),
    ...namespaces,
    // It is opened before the namespaces are entered.
    `--wd=/proc/${holder.pid}/root${cwd}`,
    "--",
    ...command,
  ];
  const plane: ControlPlane = {
    path: (inside) => join(`/proc/${holder.pid}/root`, inside),
    run: (command) => run(enter(command), { deadline: 60_000, env: { PATH } }),
    kubectl: (...words) =>
      plane.run(["kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf", ...words]),
    certwright: (words, { node = [], env = {}, program } = {}) => {
      const [file, ...rest] = enter(
        [...(program ?? [process.execPath, ...node, mainFile]), ...words],
        "/srv/op",
      );
      return runProgram(file, rest, {
        cwd: "/",
        env: { PATH, HOME: "/srv/op", CERTWRIGHT_PASSPHRASE_FILE: "/srv/op/passphrase", ...env },
        deadline: certwrightDeadline,
      });
    },
    pids: async (program) =>
      (await plane.run(["ps", "-e", "-o", "pid=,comm="]))
        .split("\n")
        .map((line) => line.trim().split(/\s+/))
        .flatMap(([pid, name]) => (name === program.slice(0, 15) ? [pid!] : [])),
  };
  try {
    writeFileSync(join(folder, "op/passphrase"), "a passphrase for tests\n", { mode: 0o600 });
    await lay(plane, folder);
    const standIn = [process.execPath, join(here, "stand-in.ts"), nodeName, address];
    const [file, ...rest] = enter(standIn);
    // It ends with the namespaces.
    spawn(file, rest, { stdio: "ignore", env: { PATH } }).unref();
    await publish(plane, folder);
    await body(plane);
  } catch (error) {
    for (const program of treePrograms) tellEnd(t, folder, program);
    throw error;
  } finally {
    await holder.end();
    rmSync(folder, { recursive: true, force: true });
  }
};

const tellEnd = (t: TestContext, folder: string, program: string): void => {
  try {
    const log = readFileSync(join(folder, `${program}.log`), "utf8");
    t.diagnostic(`${program}: ${log.split("\n").slice(-4).join("\n")}`);
  } catch {
    // It never started.
  }
};

const apiVersion = "kubeadm.k8s.io/v1beta4";
const configurationFile = "/srv/kubeadm.yaml";

/** Everything that kubeadm lays on a node before a kubelet is started. */
const lay = async (plane: ControlPlane, folder: string): Promise<void> => {
  const documents = [
    {
      apiVersion,
      kind: "InitConfiguration",
      localAPIEndpoint: { advertiseAddress: address },
      nodeRegistration: { name: nodeName, criSocket: "unix:///run/containerd/containerd.sock" },
      bootstrapTokens: [{ token: "abcdef.0123456789abcdef" }],
    },
    {
      apiVersion,
      kind: "ClusterConfiguration",
      kubernetesVersion,
      networking: { podSubnet: "10.244.0.0/16" },
    },
  ];
  writeFileSync(
    join(folder, "kubeadm.yaml"),
    documents.map((document) => stringify(document)).join("---\n"),
  );
  for (const phase of ["certs all", "kubeconfig all", "etcd local", "control-plane all"]) {
    await initPhase(plane, phase);
  }
  layKubelet(plane);
};

const initPhase = (plane: ControlPlane, phase: string): Promise<string> =>
  plane.run(["kubeadm", "init", "phase", ...phase.split(" "), "--config", configurationFile]);

/** What kubeadm and kubelets tell the API. */
const publish = async (plane: ControlPlane, folder: string): Promise<void> => {
  const superAdmin = ["kubectl", "--kubeconfig", "/etc/kubernetes/super-admin.conf"];
  await until("the API server is ready", startDeadline, () =>
    plane.run([...superAdmin, "get", "--raw", "/readyz"]),
  );
  for (const phase of ["upload-config kubeadm", "bootstrap-token"]) {
    // The roles of the beginning are made a moment after the server is ready.
    await until(phase, startDeadline, () => initPhase(plane, phase));
  }
  const pods = treePrograms.map((program) =>
    mirrorOf({ name: nodeName, path: plane.path }, program),
  );
  const list = { apiVersion: "v1", kind: "List", items: pods };
  writeFileSync(join(folder, "mirrors.json"), JSON.stringify(list));
  await plane.run([...superAdmin, "create", "-f", "/srv/mirrors.json"]);
  await until("the node is ready", startDeadline, async () => {
    const nodes = await plane.run([...superAdmin, "get", "nodes"]);
    return nodes.includes(" Ready ") ? true : undefined;
  });
  const count = async (...what: readonly string[]): Promise<number> => {
    const names = await plane.run([...superAdmin, "get", ...what, "--output", "name"]);
    return names.split("\n").filter(Boolean).length;
  };
  // Whoever compares what is in etcd before and after begins with what controllers make by themselves.
  await until("every namespace has the CA and its ServiceAccount", startDeadline, async () => {
    const namespaces = await count("namespaces");
    const everywhere = (kind: string, name: string): Promise<number> =>
      count(kind, "--all-namespaces", "--field-selector", `metadata.name=${name}`);
    const given = [
      await everywhere("configmaps", "kube-root-ca.crt"),
      await everywhere("serviceaccounts", "default"),
    ];
    return given.every((number) => number === namespaces) ? true : undefined;
  });
};

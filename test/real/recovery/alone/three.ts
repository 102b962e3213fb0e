import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { stringify } from "yaml";
import { setFlags } from "../../../../src/core/manifest/flags.ts";
import {
  componentFolder,
  componentProgram,
  isInstalled,
  recipeOf,
} from "../../../../tools/components/cache.ts";
import { mainFile, runProgram, type Outcome } from "../../../cli/process.ts";
import { leaveOut } from "../../../left-out.ts";
import { kubernetesVersion } from "../../cluster/programs.ts";
import { run, until } from "../../cluster/run.ts";
import { entering } from "../../hosts/enter.ts";
import type { Host } from "../../hosts/host.ts";
import { canHaveHosts, startHosts } from "../../hosts/hosts.ts";
import { layKubelet, mirrorOf } from "./lay-node.ts";
import { treePrograms } from "../../../../src/core/recovery/tree.ts";

const components = ["kubernetes", "etcd"] as const;
const folders = components.map((name) => componentFolder(recipeOf(name)));
/** Three from a cold start take half a minute; a busy machine gets several times that. */
const startDeadline = 240_000;
const certwrightDeadline = 8 * 60_000;
const pki = "/etc/kubernetes/pki";

/** Three control plane nodes with an etcd of three members, as ./control-plane.ts has one; certwright reaches them by ssh. */
export interface ThreePlanes {
  readonly hosts: readonly Host[];
  /** Runs a program on one of them and returns what it printed; throws when it fails. */
  run(host: Host, command: readonly string[]): Promise<string>;
  /** As the administrator, by that node's own API server. */
  kubectl(host: Host, ...words: string[]): Promise<string>;
  /** As a client of that node's member. */
  etcdctl(host: Host, ...words: string[]): Promise<string>;
  /** From outside, in an empty folder. `node`: words for node before it. */
  certwright(
    words: readonly string[],
    options?: {
      readonly node?: readonly string[];
      readonly env?: Readonly<Record<string, string>>;
    },
  ): Promise<Outcome>;
  /** The operator's folder. */
  readonly folder: string;
}

export const withThreePlanes = async (
  t: TestContext,
  body: (planes: ThreePlanes) => Promise<void>,
): Promise<void> => {
  if (!canHaveHosts(t)) return;
  const missing = components.filter((name) => !isInstalled(recipeOf(name)));
  if (missing.length > 0) {
    leaveOut(t, `not in the cache: npm run components ${missing.join(" ")}`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "certwright-three-"));
  const { hosts, configuration, end } = await startHosts({ count: 3, folder: join(folder, "h") });
  const PATH = [
    ...folders,
    dirname(componentProgram("openssh-server", "ssh")!),
    process.env["PATH"] ?? "",
  ].join(delimiter);
  const own = join(folder, "operator");
  const planes: ThreePlanes = {
    hosts,
    folder: own,
    run: (host, command) =>
      run(entering(host, "host", command), { deadline: 60_000, env: { PATH } }),
    kubectl: (host, ...words) =>
      planes.run(host, [
        "kubectl",
        "--kubeconfig",
        "/etc/kubernetes/super-admin.conf",
        "--server",
        `https://${host.address}:6443`,
        ...words,
      ]),
    etcdctl: (host, ...words) =>
      planes.run(host, [
        "etcdctl",
        `--cacert=${pki}/etcd/ca.crt`,
        `--cert=${pki}/etcd/server.crt`,
        `--key=${pki}/etcd/server.key`,
        ...words,
      ]),
    certwright: ([command = "", ...words], { node = [], env = {} } = {}) => {
      const way =
        command === "recover"
          ? [...hosts.flatMap(({ name }) => ["--master", name]), "--ssh-config", configuration]
          : [];
      return runProgram(process.execPath, [...node, mainFile, command, ...way, ...words], {
        cwd: own,
        env: { PATH, HOME: own, CERTWRIGHT_PASSPHRASE_FILE: join(own, "passphrase"), ...env },
        deadline: certwrightDeadline,
      });
    },
  };
  try {
    mkdirSync(own);
    writeFileSync(join(own, "passphrase"), "a passphrase for tests\n", { mode: 0o600 });
    for (const host of hosts) await lay(planes, host);
    for (const { name, address, pid } of hosts) {
      const standIn = [process.execPath, join(import.meta.dirname, "stand-in.ts"), name, address];
      const [file, ...rest] = entering({ pid }, "host", standIn);
      // It ends with the namespaces.
      spawn(file, rest, { stdio: "ignore", env: { PATH } }).unref();
    }
    await publish(planes);
    await body(planes);
  } catch (error) {
    for (const host of hosts) for (const program of treePrograms) tellEnd(t, host, program);
    throw error;
  } finally {
    await end();
    rmSync(folder, { recursive: true, force: true });
  }
};

const tellEnd = (t: TestContext, host: Host, program: string): void => {
  try {
    const log = readFileSync(host.path(`/srv/${program}.log`), "utf8");
    t.diagnostic(`${host.name} ${program}: ${log.split("\n").slice(-6).join("\n")}`);
  } catch {
    // It never started.
  }
};

/** CAs and the tokens' keys are the first one's; all else is each one's own. */
const shared = ["ca", "front-proxy-ca", "etcd/ca"].flatMap((ca) => [`${ca}.crt`, `${ca}.key`]);

const lay = async (planes: ThreePlanes, host: Host): Promise<void> => {
  const { hosts } = planes;
  const [first] = hosts;
  await planes.run(host, ["sh", join(import.meta.dirname, "layers.sh")]);
  const documents = [
    {
      apiVersion: "kubeadm.k8s.io/v1beta4",
      kind: "InitConfiguration",
      localAPIEndpoint: { advertiseAddress: host.address },
      nodeRegistration: { name: host.name, criSocket: "unix:///run/containerd/containerd.sock" },
      bootstrapTokens: [{ token: "abcdef.0123456789abcdef" }],
    },
    {
      apiVersion: "kubeadm.k8s.io/v1beta4",
      kind: "ClusterConfiguration",
      kubernetesVersion,
      controlPlaneEndpoint: `${first!.address}:6443`,
      networking: { podSubnet: "10.244.0.0/16" },
    },
  ];
  writeFileSync(
    host.path("/srv/kubeadm.yaml"),
    documents.map((document) => stringify(document)).join("---\n"),
  );
  if (host !== first) {
    mkdirSync(host.path(`${pki}/etcd`), { recursive: true });
    for (const name of [...shared, "sa.key", "sa.pub"])
      cpSync(first!.path(`${pki}/${name}`), host.path(`${pki}/${name}`));
  }
  for (const phase of ["certs all", "kubeconfig all", "etcd local", "control-plane all"])
    await initPhase(planes, host, phase);
  layKubelet(host);
  const manifest = host.path("/etc/kubernetes/manifests/etcd.yaml");
  const cluster = hosts.map(({ name, address }) => `${name}=https://${address}:2380`).join(",");
  const text = readFileSync(manifest, "utf8");
  writeFileSync(manifest, setFlags(text, manifest, "etcd", { "initial-cluster": cluster }));
};

const initPhase = (planes: ThreePlanes, host: Host, phase: string): Promise<string> =>
  planes.run(host, [
    "kubeadm",
    "init",
    "phase",
    ...phase.split(" "),
    "--config",
    "/srv/kubeadm.yaml",
  ]);

/** What kubeadm and kubelets tell the API. */
const publish = async (planes: ThreePlanes): Promise<void> => {
  const [first] = planes.hosts;
  for (const host of planes.hosts)
    await until(`the API server on ${host.name} is ready`, startDeadline, () =>
      planes.kubectl(host, "get", "--raw", "/readyz"),
    );
  for (const phase of ["upload-config kubeadm", "bootstrap-token"])
    // The roles of the beginning are made a moment after the server is ready.
    await until(phase, startDeadline, () => initPhase(planes, first!, phase));
  const pods = planes.hosts.flatMap((host) => treePrograms.map((one) => mirrorOf(host, one)));
  const list = { apiVersion: "v1", kind: "List", items: pods };
  writeFileSync(first!.path("/srv/mirrors.json"), JSON.stringify(list));
  await planes.kubectl(first!, "create", "-f", "/srv/mirrors.json");
  await untilReady(planes);
  // The last that is made by itself: an account and the CA in each namespace.
  for (const namespace of ["default", "kube-system", "kube-public", "kube-node-lease"])
    for (const object of ["serviceaccount/default", "configmap/kube-root-ca.crt"])
      await until(`${object} in ${namespace}`, startDeadline, () =>
        planes.kubectl(first!, "get", object, "-n", namespace),
      );
};

/** Until every node is. */
export const untilReady = async (planes: ThreePlanes): Promise<void> => {
  await until("the nodes are ready", startDeadline, async () => {
    const nodes = await planes.kubectl(planes.hosts[0]!, "get", "nodes", "--no-headers");
    return nodes.match(/ Ready /g)?.length === planes.hosts.length ? true : undefined;
  });
};

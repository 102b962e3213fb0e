import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { mainFile } from "../../cli/process.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Node } from "../cluster/node.ts";
import { apiPort } from "../cluster/balancer.ts";
import { programFolders } from "../cluster/programs.ts";
import { until } from "../cluster/run.ts";
import { watch, type Watch, type Watched } from "./watch.ts";

/** A cluster that will lose its certificates, with an application in it that is asked all the time. */
export interface RecoveryScene {
  readonly cluster: Cluster;
  readonly masters: readonly Node[];
  /** The operator's, on whose machine nothing of the cluster lies. */
  readonly folder: string;
  /** kubectl by the operator's own kubeconfig, which the recovery makes anew. */
  kubectl(...words: string[]): Promise<string>;
  /** Runs `certwright recover …` from outside, by ssh; `said` gets each line that it prints. */
  recover(words: readonly string[], said?: (line: string) => void): Promise<Recovered>;
  /** Of pods and Services, in the networks of two nodes. */
  readonly workloads: readonly Watch[];
  readonly api: Watch;
  /** Since the application answered everybody for the first time. */
  readonly since: number;
  /** Identity and restarts of an application's pods. */
  pods(kubectl: Cluster["kubectl"], app: "web" | "asker"): Promise<string>;
  end(): Promise<void>;
}

export interface Recovered {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** Nodes of the tests have no systemd; their kubelet is started again half a second after it has ended. */
const kubeletRestart = "pkill -F /run/kubelet.pid";
const web = join(import.meta.dirname, "..", "cluster", "web.yaml");
/** Has a token of its ServiceAccount, and the CA. */
const asker = join(import.meta.dirname, "asker.yaml");
/** Three masters take three minutes at most on a quiet machine; a busy one gets five times that. */
const deadline = 15 * 60_000;

export const setScene = async (cluster: Cluster, folder: string): Promise<RecoveryScene> => {
  mkdirSync(folder);
  // Made anew when it does not work any more.
  const own = join(folder, "kubeconfig");
  copyFileSync(cluster.kubeconfig, own);
  const passphrase = join(folder, "passphrase");
  writeFileSync(passphrase, "a passphrase for tests\n", { mode: 0o600 });
  const masters = cluster.nodes.filter(({ role }) => role === "master");
  const { kubectl } = cluster;
  await kubectl("apply", "-f", web, "-f", asker);
  // It asks the API for nothing, and is not to be touched.
  const noToken = { spec: { template: { spec: { automountServiceAccountToken: false } } } };
  await kubectl("patch", "deployment", "web", "-p", JSON.stringify(noToken));
  for (const name of ["web", "asker"])
    await kubectl("rollout", "status", `deployment/${name}`, "--timeout=240s");
  const field = async (what: string, path: string): Promise<string> =>
    (await kubectl("get", ...what.split(" "), "-o", `jsonpath=${path}`)).trim();
  const pod = await field("pods -l app=web", "{.items[0].status.podIP}");
  const service = await field("service web", "{.spec.clusterIP}");
  const urls = [`http://${pod}/index.html`, `http://${service}/index.html`];
  const [first] = masters;
  const last = cluster.nodes.at(-1)!;
  const workloads = [first!, last].map((node) => watch(urls, node.pid));
  const endpoint = new URL(await endpointOf(kubectl));
  const api = watch([`https://${endpoint.hostname}:${endpoint.port || apiPort}/readyz`]);
  await until("the application and the API answer", 60_000, () =>
    [...workloads, api].every((one) => one.seen().every(isAnswered)) ? true : undefined,
  );
  return {
    cluster,
    masters,
    folder,
    workloads,
    api,
    since: Date.now(),
    kubectl: (...words) => kubectl(...words, "--kubeconfig", own),
    recover: (words, said = () => {}) =>
      run(
        [
          "recover",
          ...words,
          ...masters.flatMap(({ name }) => ["--master", name]),
          "--ssh-config",
          cluster.sshConfiguration,
          "--kubelet-restart",
          kubeletRestart,
        ],
        {
          cwd: folder,
          env: {
            PATH: [...programFolders, process.env["PATH"] ?? ""].join(delimiter),
            HOME: folder,
            CERTWRIGHT_PASSPHRASE_FILE: passphrase,
          },
          said,
        },
      ),
    pods: (by, app) =>
      by(
        "get",
        "pods",
        "-l",
        `app=${app}`,
        "-o",
        "jsonpath={range .items[*]}{.metadata.uid} {.status.containerStatuses[0].restartCount}{end}",
      ),
    end: async () => {
      await Promise.all([...workloads, api].map((one) => one.stop()));
    },
  };
};

/** A Service's rules come a moment after it: what was asked before that is nobody's failure. */
const isAnswered = ({ tried, failures }: Watched): boolean => tried > failures.length;

const endpointOf = (kubectl: Cluster["kubectl"]): Promise<string> =>
  kubectl("config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}");

const run = async (
  words: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly said: (line: string) => void;
  },
): Promise<Recovered> => {
  const { cwd, env, said } = options;
  const began = performance.now();
  const child = spawn(process.execPath, [mainFile, ...words], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const out: string[] = [];
  const err: string[] = [];
  const listen = (stream: Readable, lines: string[]): void => {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(`${line}\n`);
      said(line);
    });
  };
  listen(child.stdout, out);
  listen(child.stderr, err);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, deadline);
  const { promise, resolve } = Promise.withResolvers<number | string>();
  child.on("close", (code, signal) => resolve(late ? "deadline" : (code ?? signal ?? "unknown")));
  const code = await promise;
  clearTimeout(timer);
  const seconds = Number(((performance.now() - began) / 1000).toFixed(1));
  return { code, stdout: out.join(""), stderr: err.join(""), seconds };
};

/**
 * A kubeadm cluster by hand, as root: `node test/real/cluster/main.ts up [--masters 1|3] [--workers N] [--with A,B]`, and
 * `down`. What can be added says additions.ts.
 * One at a time. It is kept by a process in the background; when that ends, however it ends, the cluster does.
 */
import { fork } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cacheRoot } from "../../../tools/components/cache.ts";
import { additions, type Addition } from "./additions.ts";
import { removeCgroups } from "./cgroups.ts";
import { startCluster } from "./cluster.ts";
import { programFolders, whyNoCluster } from "./programs.ts";
import { until } from "./run.ts";

const folder = join(cacheRoot, "cluster");
const keeperFile = join(folder, "keeper.pid");

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The process that keeps the cluster; undefined when there is none. */
const keeper = (): number | undefined => {
  if (!existsSync(keeperFile)) return undefined;
  const pid = Number(readFileSync(keeperFile, "utf8"));
  const commandFile = `/proc/${pid}/cmdline`;
  const command = existsSync(commandFile) ? readFileSync(commandFile, "utf8") : "";
  return command.includes(import.meta.filename) ? pid : undefined;
};

const up = async (words: readonly string[]): Promise<number> => {
  const why = whyNoCluster();
  if (why !== undefined || keeper() !== undefined) {
    say(why ?? `there is a cluster already: node test/real/cluster/main.ts down`);
    return 1;
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = openSync(join(folder, "keeper.log"), "a", 0o600);
  const child = fork(import.meta.filename, ["keep", ...words], {
    detached: true,
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  const { promise, resolve } = Promise.withResolvers<number>();
  child.on("message", (message: { readonly line: string; readonly last?: true }) => {
    say(message.line);
    if (message.last !== true) return;
    child.disconnect();
    child.unref();
    resolve(0);
  });
  child.on("exit", () => {
    if (existsSync(join(folder, "keeper.log"))) {
      say(readFileSync(join(folder, "keeper.log"), "utf8"));
    }
    resolve(1);
  });
  return promise;
};

const additionOf = (name: string): Addition => {
  const found = additions.find((one) => one === name);
  if (found === undefined) throw new Error(`--with ${name}: there are ${additions.join(", ")}`);
  return found;
};

const keep = async (words: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...words],
    options: {
      masters: { type: "string", default: "1" },
      workers: { type: "string", default: "0" },
      with: { type: "string", default: "" },
    },
  });
  writeFileSync(keeperFile, String(process.pid));
  // Until the cluster is there nobody waits for its orderly end: the kernel ends all of it with this process.
  const giveUp = (): never => process.exit(1);
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.once(signal, giveUp);
  process.once("disconnect", giveUp);
  const tell = (line: string, last?: true): void =>
    void process.send?.({ line, ...(last === undefined ? {} : { last }) });
  const cluster = await startCluster({
    masters: values.masters === "3" ? 3 : 1,
    workers: Number(values.workers),
    with: values.with
      .split(",")
      .filter((name) => name !== "")
      .map(additionOf),
    folder: join(folder, "nodes"),
    progress: tell,
  });
  const asked = Promise.withResolvers<void>();
  process.off("disconnect", giveUp);
  for (const signal of signals) {
    process.off(signal, giveUp);
    process.once(signal, () => asked.resolve());
  }
  const [first] = cluster.nodes;
  tell(
    [
      "",
      `kubeconfig   ${cluster.kubeconfig}`,
      `ssh          ssh -F ${cluster.sshConfiguration} ${first!.name}`,
      `enter        nsenter --target ${first!.pid} --net --pid --mount --uts --ipc --wd=/`,
      `programs     export PATH=${programFolders.join(":")}:$PATH`,
      "down         node test/real/cluster/main.ts down",
    ].join("\n"),
    true,
  );
  // Nothing else would keep this process once the channel is closed.
  const alive = setInterval(() => {}, 3_600_000);
  await asked.promise;
  clearInterval(alive);
  await cluster.end();
};

const down = async (): Promise<number> => {
  const pid = keeper();
  if (pid !== undefined) {
    process.kill(pid, "SIGTERM");
    await until("the cluster is gone", 120_000, () => (keeper() === undefined ? true : undefined));
  }
  rmSync(folder, { recursive: true, force: true });
  await until("control groups are gone", 30_000, () => removeCgroups([]) || undefined);
  say(pid === undefined ? "there was no cluster" : "the cluster is gone");
  return 0;
};

const [word, ...rest] = process.argv.slice(2);
if (word === "up") process.exitCode = await up(rest);
else if (word === "down") process.exitCode = await down();
else if (word === "keep") await keep(rest);
else {
  say(
    "node test/real/cluster/main.ts up [--masters 1|3] [--workers N] [--with audit,workload,…] | down",
  );
  process.exitCode = 2;
}

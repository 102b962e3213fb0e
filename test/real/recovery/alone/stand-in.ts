/**
 * `node stand-in.ts NAME ADDRESS`: stands for a kubelet where there is no container runtime. It runs what the manifests
 * say as processes and ends what has none; and as soon as there is a kubelet.conf it starts `kubelet`, whose number is
 * in /run/kubelet.pid, and again whenever that has ended.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parse } from "yaml";

const [name, address] = process.argv.slice(2) as [string, string];
const directory = "/etc/kubernetes";
const programs = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];

interface Manifest {
  readonly spec: { readonly containers: readonly { readonly command: readonly string[] }[] };
}

const startLogged = (words: readonly string[], log: string, argv0?: string): ChildProcess => {
  const descriptor = openSync(`/srv/${log}.log`, "a");
  const [file, ...rest] = words;
  const child = spawn(file!, rest, {
    stdio: ["ignore", descriptor, descriptor],
    ...(argv0 === undefined ? {} : { argv0 }),
  });
  closeSync(descriptor);
  // A program that cannot be started is tried again like one that has ended.
  child.on("error", () => {});
  return child;
};

const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

const pods = new Map<string, { readonly child: ChildProcess; readonly digest: string }>();

const seeTo = (program: string): void => {
  const file = join(directory, "manifests", `${program}.yaml`);
  const text = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  const digest = text === undefined ? "" : createHash("sha256").update(text).digest("hex");
  const running = pods.get(program);
  if (running !== undefined) {
    if (running.digest === digest && !hasEnded(running.child)) return;
    running.child.kill("SIGKILL");
    if (!hasEnded(running.child)) return;
    pods.delete(program);
  }
  if (text === undefined) return;
  const words = (parse(text) as Manifest).spec.containers[0]!.command;
  pods.set(program, { child: startLogged(words, program), digest });
};

const kubelet: { child?: ChildProcess } = {};
const seeToKubelet = (): void => {
  if (kubelet.child !== undefined && !hasEnded(kubelet.child)) return;
  if (!existsSync(join(directory, "kubelet.conf"))) return;
  const program = join(import.meta.dirname, "stand-in-kubelet.ts");
  kubelet.child = startLogged([process.execPath, program, name, address], "kubelet", "kubelet");
  if (kubelet.child.pid !== undefined) writeFileSync("/run/kubelet.pid", `${kubelet.child.pid}\n`);
};

for (;;) {
  programs.forEach(seeTo);
  seeToKubelet();
  await pause(300);
}

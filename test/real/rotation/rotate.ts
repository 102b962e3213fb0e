import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { tlsProbe } from "../../../src/adapters/tls/tls-probe.ts";
import type { Load } from "../../../tools/load/clients.ts";
import { succeeded } from "../etcd-workbench.ts";
import { phaseOf, startApply, type ApplyEvent, type RunningApply } from "./certwright-run.ts";
import type { Scene } from "./scene.ts";

/** The issuers of the scene's estate. */
export const issuers = ["etcd-peer-ca", "etcd-server-ca", "etcd-client-ca"] as const;

export const planFile = "rotation.plan.json";

/** Somebody with an estate and a passphrase. */
export type Operator = Pick<Scene, "folder" | "env" | "certwright">;

/** Writes a plan for all three issuers. */
export const plan = async (operator: Operator, ...flags: readonly string[]): Promise<void> => {
  rmSync(join(operator.folder, planFile), { force: true });
  succeeded(await operator.certwright("plan", "rotate", ...issuers, "--out", planFile, ...flags));
};

/** What somebody says who has read the plan and agrees. */
export const agreed = ["--yes", "--approve", "all"] as const;
/** The same to a run that goes on. */
export const goOn = ["--approve", "all"] as const;

/** Slow machines with everything else on them took 60 s for a bundle rotation. */
const applyDeadline = 240_000;

export const run = (
  operator: Operator,
  args: readonly string[],
  options: {
    readonly load?: Load;
    readonly node?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly deadline?: number;
    readonly onEvent?: (event: ApplyEvent, running: { kill(signal: NodeJS.Signals): void }) => void;
  } = {},
): RunningApply =>
  startApply(args, {
    cwd: operator.folder,
    env: { ...operator.env, ...options.env },
    deadline: options.deadline ?? applyDeadline,
    ...(options.node === undefined ? {} : { node: options.node }),
    onEvent: (event, child) => {
      const step = event.event?.step;
      if (step !== undefined) options.load?.enter(phaseOf(step));
      options.onEvent?.(event, { kill: (signal) => child.kill(signal) });
    },
  });

/** To its end, which is the plan's. */
export const reached = async (running: RunningApply): Promise<RunningApply> => {
  const { code, stderr } = await running.ended;
  assert.equal(code, 0, `${stderr}\n${lastEvents(running)}`);
  return running;
};

export const lastEvents = ({ events }: RunningApply): string =>
  events
    .slice(-12)
    .map((event) => JSON.stringify(event).slice(0, 400))
    .join("\n");

/** The hash of the data at one revision, as each member has it. */
export const hashes = async (scene: Scene): Promise<readonly number[]> => {
  const { stdout } = succeeded(
    await scene.etcdctl("root", "endpoint", "hashkv", "--cluster", "-w", "json"),
  );
  return (JSON.parse(stdout) as { HashKV: { hash: number } }[]).map(({ HashKV }) => HashKV.hash);
};

export const assertSameData = async (scene: Scene): Promise<void> => {
  const found = await hashes(scene);
  assert.equal(found.length, scene.cluster.members.length);
  assert.equal(new Set(found).size, 1, `hashes ${found.join(", ")}`);
};

interface Kept {
  readonly port: number;
  /** A peer port speaks HTTP/1.1, and etcd 3.4 closes it on anything else. */
  readonly http: 1 | 2;
  readonly member: string;
  readonly certificate: string;
  readonly key: string;
}

/** Copies of what every port accepts now, to be offered again later: a client's on client ports, a peer's on peer ports. */
export const keepOld = (scene: Scene): readonly Kept[] => {
  mkdirSync(scene.path("old"), { recursive: true });
  const keep = (path: string, name: string): string => {
    copyFileSync(scene.path(path), scene.path("old", name));
    return readFileSync(scene.path("old", name), "utf8");
  };
  return scene.cluster.members.flatMap(({ name, clientPort, peerPort }) => [
    {
      member: name,
      port: clientPort,
      http: 2,
      certificate: keep("clients/app/client.crt", "app.crt"),
      key: keep("clients/app/client.key", "app.key"),
    },
    {
      member: name,
      port: peerPort,
      http: 1,
      certificate: keep(`run/${name}/pki/peer.crt`, `${name}.crt`),
      key: keep(`run/${name}/pki/peer.key`, `${name}.key`),
    },
  ]);
};

const probeDeadline = 10_000;

/** What each port makes of them: "accepted" or "refused". */
export const offers = (kept: readonly Kept[]): Promise<readonly string[]> =>
  Promise.all(
    kept.map(async ({ port, http, certificate, key }) => {
      const target = { host: "127.0.0.1", port, http };
      return (await tlsProbe.offer(target, { certificate, key }, probeDeadline)).kind;
    }),
  );

/** How fast doctor comes to a verdict, beside the scanners that operators use, on the same servers in the same run. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { componentProgram, componentFolder, recipeOf } from "../tools/components/cache.ts";
import { day, Lab } from "../test/real/faults/lab/lab.ts";
import type { Figure } from "./figure.ts";

const root = join(import.meta.dirname, "..");
const bundle = join(root, "packages/certwright/bin/certwright.cjs");

/** The command as users start it: the bundle, made first when it is not there. */
const certwright = (): readonly string[] => {
  if (!existsSync(join(root, "packages/certwright/dist/main.cjs"))) {
    execFileSync(
      process.execPath,
      [join(root, "node_modules/rolldown/bin/cli.mjs"), "--config", "rolldown.config.ts"],
      { cwd: root, stdio: "ignore" },
    );
  }
  return [process.execPath, bundle];
};

/** Wall clock of a program in milliseconds, whatever it says and however it ends. */
const timed = async (
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> => {
  const started = performance.now();
  const child = spawn(command[0]!, command.slice(1), {
    stdio: "ignore",
    env: { ...process.env, ...env },
    // The slowest one measured on one target took 21 s.
    timeout: 120_000,
  });
  await once(child, "close");
  return performance.now() - started;
};

interface Scene {
  readonly ca: string;
  /** HOST:PORT of servers that are well, expired, for another name, of another CA, plain, refusing. */
  readonly targets: readonly string[];
}

const scene = async (lab: Lab): Promise<Scene> => {
  const ca = lab.ca("CN=bench-ca");
  const expired = { notBefore: lab.now - 20 * day, notAfter: lab.now - day };
  const ports = [
    await lab.serves(lab.server(["127.0.0.1"], ca)),
    await lab.serves(lab.server(["127.0.0.1"], ca, expired)),
    await lab.serves(lab.server(["etcd1.local"], ca)),
    await lab.serves(lab.server(["127.0.0.1"], lab.ca("CN=another-ca"))),
    await lab.http(),
    await lab.closedPort(),
  ];
  return { ca: lab.certificates("ca.crt", ca), targets: ports.map((port) => `127.0.0.1:${port}`) };
};

const inLab = async (work: (lab: Lab) => Promise<Figure>): Promise<Figure> => {
  const lab = new Lab();
  try {
    return await work(lab);
  } finally {
    await lab.close();
  }
};

const figure = (name: string, ours: number, peer: number): Figure => ({
  name,
  ours: Math.round(ours),
  peer: Math.round(peer),
  ratio: Math.round((peer / ours) * 100) / 100,
  unit: "milliseconds a target, less is better",
});

/**
 * Each target by ours and the peer's program in turn, so that a busy moment meets both; of several rounds the least
 * counts, since what others do on the machine only ever adds.
 */
const against = (
  name: string,
  rounds: number,
  peer: (target: string, ca: string) => Promise<number>,
): Promise<Figure> =>
  inLab(async (lab) => {
    const { ca, targets } = await scene(lab);
    let ours = 0;
    let theirs = 0;
    for (const target of targets) {
      const least = { ours: Infinity, theirs: Infinity };
      for (let i = 0; i < rounds; i++) {
        const command = [...certwright(), "doctor", "-o", "json", target, "--ca", ca];
        least.ours = Math.min(least.ours, await timed(command));
        least.theirs = Math.min(least.theirs, await peer(target, ca));
      }
      ours += least.ours;
      theirs += least.theirs;
    }
    return figure(name, ours / targets.length, theirs / targets.length);
  });

const need = (name: string, program: string): string => {
  const path = componentProgram(name, program);
  if (path === undefined) throw new Error(`${name} is missing: npm run components -- ${name}`);
  return path;
};

/** sslyze with what it needs to judge the certificate, nothing else of its scans. */
export const runSslyze = (): Promise<Figure> => {
  const sslyze = need("sslyze", "sslyze");
  return against("doctor-sslyze", 3, (target, ca) =>
    timed([sslyze, "--certinfo", "--certinfo_ca_file", ca, target]),
  );
};

/** testssl.sh, its check of the server's defaults and certificate. */
export const runTestssl = async (): Promise<Figure> => {
  const testssl = need("testssl", "testssl");
  // It will not start without a resolver, which it never asks about addresses.
  const folder = mkdtempSync(join(tmpdir(), "certwright-bench-"));
  symlinkSync("/bin/true", join(folder, "dig"));
  const env = {
    PATH: `${folder}:${process.env["PATH"] ?? ""}`,
    TESTSSL_INSTALL_DIR: componentFolder(recipeOf("testssl")),
  };
  try {
    return await against("doctor-testssl", 1, (target, ca) =>
      timed([testssl, "--warnings", "batch", "--color", "0", "-S", "--add-ca", ca, target], env),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Beyond a start of the same program: one endpoint, and ten of them at once; the ratio is one to ten. */
export const runTen = (): Promise<Figure> =>
  inLab(async (lab) => {
    const { ca, targets } = await scene(lab);
    const [healthy] = targets;
    const many = Array.from({ length: 10 }, () => `https://${healthy}`).join(",");
    const run = (endpoints: string): Promise<number> =>
      timed([...certwright(), "doctor", "-o", "json", "env:"], {
        ETCDCTL_ENDPOINTS: endpoints,
        ETCDCTL_CACERT: ca,
      });
    const best = { one: Infinity, ten: Infinity, start: Infinity };
    // The least of several: what others do on the machine only ever adds.
    for (let i = 0; i < 7; i++) {
      best.start = Math.min(best.start, await timed([...certwright(), "--version"]));
      best.one = Math.min(best.one, await run(`https://${healthy}`));
      best.ten = Math.min(best.ten, await run(many));
    }
    const [one, ten] = [best.one - best.start, best.ten - best.start];
    return {
      ...figure("doctor-ten", ten, one),
      unit: "milliseconds beyond start, ten against one",
    };
  });

/** `npm run demo [-- --once --stand-in -o json]`: from nothing to a three-node etcd under mutual TLS, in one command. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { parseEstate } from "../../src/adapters/estate/read-estate.ts";
import type { EtcdCluster, EtcdVersion } from "../../src/core/model/estate.ts";
import type { CheckResult } from "../../src/engine/etcd/check/check-result.ts";
import { freePorts } from "../etcd-cluster/free-ports.ts";
import { localEstate } from "../etcd-cluster/local-estate.ts";
import { startFleet } from "../etcd-cluster/fleet.ts";
import { startCluster } from "../etcd-cluster/start.ts";
import { certwright } from "./certwright.ts";
import { findEtcd, type FoundEtcd } from "./find-etcd.ts";
import { tell } from "./story.ts";

const usage = `usage: npm run demo [-- OPTIONS]

  --once      clean up at the end instead of leaving the cluster running
  --stand-in  do not look for etcd: TLS servers with the members' files, as where no etcd can be had
  -o json     print one JSON line {etcd, checks, refusals, seconds}; words go to standard error
`;

const fail = (message: string, code: number): never => {
  process.stderr.write(`${message}\n`);
  process.exit(code);
};

const options = (() => {
  try {
    return parseArgs({
      options: {
        once: { type: "boolean", default: false },
        "stand-in": { type: "boolean", default: false },
        output: { type: "string", short: "o", default: "text" },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`, 2);
  }
})();
if (options.help) {
  process.stdout.write(usage);
  process.exit(0);
}
if (!["text", "json"].includes(options.output)) {
  fail(`-o: "${options.output}" is not text or json\n\n${usage}`, 2);
}

const started = performance.now();
const story = tell(options.output === "json");
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => interrupted.abort());
}
const folder = await mkdtemp(join(tmpdir(), "certwright-demo-"));
let members: { stop(): Promise<void> } | undefined;

const cleanUp = async (): Promise<void> => {
  await members?.stop();
  await rm(folder, { recursive: true, force: true });
};

/** Runs certwright and takes its JSON; its own words are shown when it fails. */
const ask = async (args: readonly string[], accept: readonly number[] = [0]): Promise<unknown> => {
  const answer = await certwright(folder, [...args, "-o", "json"], interrupted.signal);
  if (!accept.includes(answer.code)) {
    throw new Error(`certwright ${args.join(" ")} ended with ${answer.code}:\n${answer.stderr}`);
  }
  return JSON.parse(answer.stdout);
};

const shop = `  roles:
    shop: [{ prefix: /shop/, access: readwrite }]
  users:
    shop: { roles: [shop] }
`;

const prepare = async (version: EtcdVersion): Promise<EtcdCluster> => {
  const text = localEstate({ version, ports: await freePorts(6), extra: shop });
  const path = join(folder, "certwright.yaml");
  await writeFile(path, text);
  await writeFile(join(folder, "passphrase"), `${randomBytes(24).toString("base64")}\n`, {
    mode: 0o600,
  });
  const { etcd } = parseEstate(text, path);
  if (etcd === undefined) throw new Error("the demo's estate has no etcd");
  return etcd;
};

const tellChecks = (checks: readonly CheckResult[]): readonly CheckResult[] => {
  const refusals = checks.filter((one) => one.group === "refusals");
  const seen = new Set<string>();
  for (const one of refusals) {
    const same = refusals.filter(({ id, claim }) => id === one.id && claim === one.claim);
    const key = `${one.id} ${one.claim}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const worst = same.find(({ verdict }) => verdict !== "pass") ?? one;
    story.mark(worst.verdict === "pass", worst.claim, worst.observed);
  }
  return refusals;
};

const untilInterrupted = async (): Promise<void> => {
  if (interrupted.signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  interrupted.signal.addEventListener("abort", () => resolve(), { once: true });
  // Signals alone do not keep the process; the members' being alive is what we wait on.
  const alive = setInterval(() => {}, 60_000);
  await promise;
  clearInterval(alive);
};

const initialise = async (): Promise<void> => {
  const done = story.step(
    "creating the PKI and the members' files",
    "certwright etcd init --in-place",
  );
  const init = (await ask([
    "etcd", "init", "--in-place", "--passphrase-file", "passphrase",
  ])) as { issuers: unknown[]; certificates: unknown[]; files: unknown[] }; // prettier-ignore
  done(
    `${init.issuers.length} CAs, ${init.certificates.length} certificates, each for one use; ${init.files.length} files in ${folder}`,
  );
};

/** Three real members, their users and roles. */
const startEtcd = async (cluster: EtcdCluster, etcd: FoundEtcd): Promise<void> => {
  let done = story.step("starting three members", "etcd  # three times, from those files");
  members = await startCluster({ cluster, etcd: etcd.etcd, logs: join(folder, "logs") });
  done(`etcd ${etcd.release} of ${etcd.from}: ${cluster.members.length} members, quorum reached`);
  done = story.step("setting users and roles", "certwright etcd users --yes");
  const users = (await ask(["etcd", "users", "--yes"])) as { steps: unknown[] };
  done(`${users.steps.length} changes: user = name in the client certificate, authentication on`);
};

/** The members' ports without a database behind them; what only etcd can answer is left out. */
const startStandIn = async (cluster: EtcdCluster, why: string): Promise<void> => {
  story.say(`  No etcd is used: ${why.split("\n")[0]}.`);
  story.say("  In its place: TLS servers with the members' files, ports and way of reloading.");
  story.say("  They show certificates and refusals; there is no database, no quorum and no user.");
  const done = story.step("starting three stand-ins");
  members = await startFleet(cluster);
  done(`${cluster.members.length} stand-ins listen`);
};

const prove = async (real: boolean): Promise<readonly CheckResult[]> => {
  const done = story.step("proving it", "certwright etcd check --in-place");
  const answer = (await ask(
    ["etcd", "check", "--in-place", ...(real ? [] : ["--timeout", "1s"])],
    [0, 1, 3],
  )) as { checks: readonly CheckResult[] };
  const checks = answer.checks.filter(
    ({ group, id }) => real || (group !== "health" && !id.endsWith(".range")),
  );
  const passed = checks.filter(({ verdict }) => verdict === "pass").length;
  done(`${passed} of ${checks.length} checks pass; these were tried for real:`);
  return checks;
};

const writeResult = (
  checks: readonly CheckResult[],
  refusals: readonly CheckResult[],
  etcd: { readonly version: string | null; readonly members: number; readonly real: boolean },
): void => {
  const count = (list: readonly CheckResult[]) => ({
    total: list.length,
    passed: list.filter(({ verdict }) => verdict === "pass").length,
  });
  process.stdout.write(
    `${JSON.stringify({
      etcd,
      checks: count(checks),
      refusals: { ...count(refusals), kinds: [...new Set(refusals.map(({ id }) => id))] },
      seconds: Number(((performance.now() - started) / 1000).toFixed(1)),
    })}\n`,
  );
};

const sayWhatNext = (cluster: EtcdCluster, etcdctl: string | undefined): void => {
  const [first] = cluster.members;
  const address = `${first!.node.addresses[0]!.value}:${first!.clientPort}`;
  const path = etcdctl === undefined ? "" : `PATH="${dirname(etcdctl)}:$PATH"; `;
  story.say(`
It is running. In another terminal, in this folder:
  ${path}set -a; . ${folder}/clients/shop/etcdctl.env; set +a; etcdctl put /shop/answer 42
  npm run -s certwright -- inspect ${address}
  npm run -s certwright -- etcd check --in-place -e ${folder}/certwright.yaml
Ctrl-C here stops the members and removes ${folder}.`);
};

const play = async (): Promise<void> => {
  story.say("certwright: from nothing to a three-node etcd under mutual TLS\n");
  const etcd = options["stand-in"] ? { missing: "--stand-in was given" } : await findEtcd();
  const real = !("missing" in etcd);
  const cluster = await prepare(real ? etcd.version : "3.6");
  await initialise();
  if (real) await startEtcd(cluster, etcd);
  else await startStandIn(cluster, etcd.missing);
  const checks = await prove(real);
  const refusals = tellChecks(checks);
  if (options.output === "json") {
    writeResult(checks, refusals, {
      version: real ? etcd.release : null,
      members: cluster.members.length,
      real,
    });
  }
  if (checks.some(({ verdict }) => verdict !== "pass")) {
    throw new Error("not everything is as it must be; see above");
  }
  if (options.once) return;
  sayWhatNext(cluster, real ? etcd.etcdctl : undefined);
  await untilInterrupted();
  story.say("\nstopping the members and cleaning up");
};

try {
  await play();
} catch (error) {
  if (interrupted.signal.aborted) {
    process.stderr.write("\ninterrupted: stopping the members and cleaning up\n");
    process.exitCode = 130;
  } else {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
} finally {
  await cleanUp();
}

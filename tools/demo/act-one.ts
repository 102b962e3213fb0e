import { join } from "node:path";
import type { CheckResult } from "../../src/engine/etcd/check/check-result.ts";
import { startCluster, type RunningCluster } from "../etcd-cluster/start.ts";
import type { FoundEtcd } from "./find-etcd.ts";
import type { Stage } from "./stage.ts";

/** CAs, certificates and the members' files. */
export const initialise = async ({ story, folder, ask }: Stage): Promise<void> => {
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

/** Three real members, their users and roles. `opened` is told of the members before anything else can fail. */
export const startEtcd = async (
  stage: Stage,
  { etcd, release, from }: FoundEtcd,
  opened: (members: RunningCluster) => void,
): Promise<RunningCluster> => {
  const { story, folder, cluster, supervisor, ask } = stage;
  let done = story.step("starting three members", "etcd  # three times, from those files");
  const running = await startCluster({ cluster, etcd, logs: join(folder, "logs"), supervisor });
  opened(running);
  done(`etcd ${release} of ${from}: ${cluster.members.length} members, quorum reached`);
  done = story.step("setting users and roles", "certwright etcd users --yes");
  const users = (await ask(["etcd", "users", "--yes"])) as { steps: unknown[] };
  done(`${users.steps.length} changes: user = name in the client certificate, authentication on`);
  return running;
};

/** All checks of `etcd check`; without a database those that one would answer are left out. */
export const prove = async (
  { story, ask }: Stage,
  real: boolean,
): Promise<readonly CheckResult[]> => {
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

/** Tells each kind of refusal once, the worst of its kind; gives all of them. */
export const tellRefusals = (
  { story }: Stage,
  checks: readonly CheckResult[],
): readonly CheckResult[] => {
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

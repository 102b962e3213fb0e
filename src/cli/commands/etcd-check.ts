import { systemClock } from "../../adapters/clock/system-clock.ts";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { keyMaker } from "../../adapters/crypto/node-keys.ts";
import { verifySignature } from "../../adapters/crypto/node-verify.ts";
import { grpcEtcd } from "../../adapters/etcd/grpc-etcd.ts";
import { localFiles } from "../../adapters/files/local-files.ts";
import { createSystemRandom } from "../../adapters/random/system-random.ts";
import { tlsProbe } from "../../adapters/tls/tls-probe.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import { checkCluster } from "../../engine/etcd/check/check.ts";
import type { CheckResult } from "../../engine/etcd/check/check-result.ts";
import { defineCommand } from "../command.ts";
import {
  estateOption,
  inPlaceOption,
  nodesOption,
  placementForReading,
  readCluster,
  timeoutOption,
} from "../etcd-estate.ts";
import { columns, outputOption, writeData } from "../output.ts";
import type { Terminal } from "../terminal.ts";

const titles: Readonly<Record<CheckResult["group"], string>> = {
  health: "Health",
  certificates: "Certificates as served",
  refusals: "Who must not get in, tried for real",
};

export const command = defineCommand({
  description:
    "Connects to every member of the estate's cluster and proves it: health, quorum and leader; the certificate each port shows, held against its file, its CA and the estate's names; and that etcd refuses no certificate, a certificate of another CA, a server's and a peer's certificate as a client, and every user outside of its key ranges. Changes nothing. Exit code 1 when something is not so, 3 when something could not be seen.",
  options: {
    estate: estateOption,
    nodes: nodesOption,
    inPlace: inPlaceOption,
    timeout: timeoutOption,
    output: outputOption("json", "yaml"),
  },
  examples: [
    { command: "certwright etcd check", does: "Prove the cluster of ./certwright.yaml" },
    {
      command: "certwright etcd check -o json | jq '.checks[] | select(.verdict != \"pass\")'",
      does: "Only what is wrong, for a script",
    },
  ],
  async run(terminal, { options }) {
    const cluster = await readCluster(options.estate);
    const done = terminal.progress(`checking ${cluster.members.length} members`);
    const now = systemClock.now();
    const checks = await checkCluster({
      cluster,
      placement: placementForReading(options.nodes, options.inPlace),
      files: localFiles,
      etcd: grpcEtcd,
      tls: tlsProbe,
      keyMaker,
      random: createSystemRandom(),
      tools: { digests, verifySignature, now },
      deadline: options.timeout,
    }).finally(done);
    const count = (verdict: CheckResult["verdict"]) =>
      checks.filter((one) => one.verdict === verdict).length;
    const summary = { pass: count("pass"), fail: count("fail"), unknown: count("unknown") };
    if (options.output === "text") writeText(terminal, cluster.name, checks, summary);
    else await writeData(terminal, options.output, { cluster: cluster.name, summary, checks });
    return exitOf(summary);
  },
});

const exitOf = (summary: { readonly fail: number; readonly unknown: number }): ExitCode =>
  summary.fail > 0 ? 1 : summary.unknown > 0 ? 3 : 0;

const writeText = (
  terminal: Terminal,
  cluster: string,
  checks: readonly CheckResult[],
  summary: Readonly<Record<CheckResult["verdict"], number>>,
): void => {
  const marks = {
    pass: terminal.style("green", "ok"),
    fail: terminal.style(["red", "bold"], "FAIL"),
    unknown: terminal.style("yellow", "?"),
  };
  for (const group of ["health", "certificates", "refusals"] as const) {
    terminal.write(`${terminal.style("bold", titles[group])}\n`);
    terminal.write(
      columns(
        gather(checks.filter((one) => one.group === group)).map((one) => [
          `  ${marks[one.verdict]}`,
          one.who,
          one.claim,
          one.observed,
        ]),
      ),
    );
  }
  for (const remedy of new Set(
    checks.flatMap((one) => (one.verdict === "fail" ? (one.remedy ?? []) : [])),
  )) {
    terminal.say(`${terminal.emphasize("cyan", "hint:")} ${remedy}`);
  }
  const { pass, fail, unknown } = summary;
  terminal.write(
    `${cluster}: ${pass} checks pass${fail > 0 ? `, ${fail} fail` : ""}${unknown > 0 ? `, ${unknown} could not be made` : ""}\n`,
  );
};

interface Line {
  readonly verdict: CheckResult["verdict"];
  readonly who: string;
  readonly claim: string;
  readonly observed: string;
}

/** One line for what is so at several members alike. */
const gather = (checks: readonly CheckResult[]): readonly Line[] => {
  const lines = new Map<string, { members: string[]; check: CheckResult }>();
  for (const check of checks) {
    // What members say of themselves differs; refusals are the same sentence at each.
    const key =
      check.group === "refusals"
        ? [check.id, check.claim, check.verdict, check.observed].join("\0")
        : String(lines.size);
    const line = lines.get(key) ?? { members: [], check };
    if (check.member !== undefined) line.members.push(check.member);
    lines.set(key, line);
  }
  return [...lines.values()].map(({ members, check }) => ({
    verdict: check.verdict,
    who: members.join(", "),
    claim: check.claim,
    observed: check.observed,
  }));
};

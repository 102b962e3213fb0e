/** What apply and resume do around the loop: folder, lease, journal file, views, report and exit codes, on a world in memory. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { askToPause } from "../../src/adapters/control/run-control.ts";
import { readEstateVersion } from "../../src/adapters/estate/estate-version.ts";
import { createRunFolder, runFolder, type RunFolder } from "../../src/adapters/runs/run-folder.ts";
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import { reportMarkdown } from "../../src/core/run/report-markdown.ts";
import { reportOf, type RunReport } from "../../src/core/run/report.ts";
import type { Entry } from "../../src/core/model/journal.ts";
import type { Plan, StepId } from "../../src/core/model/plan.ts";
import { command as acknowledgeCommand } from "../../src/cli/commands/acknowledge.ts";
import { command as holdersCommand } from "../../src/cli/commands/holders.ts";
import { command as reportCommand } from "../../src/cli/commands/report.ts";
import { carryOutRun, type RunJob } from "../../src/cli/run/carry-out-run.ts";
import { findOpenRun, findRun, lastEpoch } from "../../src/cli/run/find-run.ts";
import { goOn, openOnly } from "../../src/cli/run/go-on.ts";
import { withLease } from "../../src/cli/run/lease.ts";
import { holderText, writeStatus } from "../../src/cli/run/status-text.ts";
import type { Canvas, Terminal } from "../../src/cli/terminal.ts";
import { askingPlan, smallPlan } from "./small-plan.ts";
import { smallWorld, type SmallWorld } from "./small-world.ts";

interface Screen {
  readonly terminal: Terminal;
  readonly written: () => string;
  readonly said: string[];
  readonly drawn: (readonly string[])[];
  interrupt(): void;
}

const screen = (live = false): Screen => {
  let out = "";
  let taken: (() => void) | undefined;
  const said: string[] = [];
  const drawn: (readonly string[])[] = [];
  const canvas: Canvas = {
    columns: 100,
    rows: 30,
    draw: (lines) => void drawn.push(lines),
    leave: () => undefined,
  };
  return {
    said,
    drawn,
    written: () => out,
    interrupt: () => taken?.(),
    terminal: {
      env: {},
      stdin: process.stdin,
      columns: undefined,
      interrupted: new AbortController().signal,
      now: () => Date.now(),
      write: (text) => {
        out += String(text);
      },
      say: (line) => void said.push(line),
      style: (_style, text) => text,
      emphasize: (_style, text) => text,
      progress: () => () => undefined,
      leaving: () => undefined,
      takeInterruption: (listener) => {
        taken = listener;
        return () => {
          taken = undefined;
        };
      },
      canvas: live ? canvas : undefined,
    },
  };
};

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

interface Site {
  readonly directory: string;
  readonly folder: RunFolder;
  readonly plan: Plan;
  readonly world: SmallWorld;
  go(
    shown: Screen,
    options?: Partial<Parameters<typeof carryOutRun>[2]>,
    rollback?: string,
  ): Promise<number>;
}

const site = (plan = smallPlan()): Site => {
  const directory = mkdtempSync(join(tmpdir(), "certwright-run-"));
  folders.push(directory);
  const settings = { format: "certwright.run/1", estate: "/nowhere" } as const;
  const basis = { ...plan.basis, estate: readEstateVersion(directory) };
  const based = { ...plan, basis };
  const folder = createRunFolder(directory, "20261123-000000-0001", based, settings);
  const world = smallWorld();
  return {
    directory,
    folder,
    plan: based,
    world,
    go: (shown, options = {}, rollback) =>
      withLease(directory, folder.run, lastEpoch(directory), (lease) => {
        const watch = (): ReturnType<RunJob["world"]["watch"]> => ({
          stop: async () => ({
            requests: 12,
            failed: 0,
            longestGapMs: 3,
            failures: [],
            outages: [],
          }),
        });
        const open = { ...world, watch, close: async () => undefined };
        const authority: RunJob["authority"] = {
          issuer: () => assert.fail("no plan here asks"),
          leafRequests: () => assert.fail("no plan here asks"),
        };
        const sealer: RunJob["sealer"] = {
          seal: async (plain) => ({ nonce: "", ciphertext: Buffer.from(plain).toString("base64") }),
          unseal: async ({ ciphertext }) => Buffer.from(ciphertext, "base64"),
        };
        const job: RunJob = {
          directory,
          folder,
          plan: based,
          lease,
          world: open,
          authority,
          sealer,
        };
        return carryOutRun(shown.terminal, rollback === undefined ? job : { ...job, rollback }, {
          approve: [],
          acceptBlind: [],
          wait: 0,
          output: "text",
          ...options,
        });
      }),
  };
};

const reportIn = ({ folder }: Site): RunReport =>
  JSON.parse(readFileSync(join(folder.path, "report.json"), "utf8")) as RunReport;

test("a run that reaches its goal ends with 0, a report, a higher serial, and a line for each step", async () => {
  const at = site();
  const shown = screen();
  assert.equal(await at.go(shown), 0);
  assert.match(shown.written(), /^reached: rotate peer by bundle|^reached: rotate peer/);
  assert.match(shown.written(), /6 restarts, \d+ proofs, 0 setbacks\n {2}0 of 12 requests failed/);
  const report = reportIn(at);
  assert.equal(report.verdict, "reached");
  assert.equal(report.load?.requests, 12);
  assert.equal(readEstateVersion(at.directory).serial, 2);
  assert.equal(findOpenRun(at.directory), undefined);
  const steps = at.plan.phases.flatMap(({ steps: of }) => of);
  for (const { title } of steps) {
    assert.ok(
      shown.said.some((line) => line.includes(`${title}: `)),
      title,
    );
  }
});

test("with -o json stdout is the journal's records, one a line, and the report", async () => {
  const at = site();
  const shown = screen();
  assert.equal(await at.go(shown, { output: "json" }), 0);
  const lines = shown.written().trimEnd().split("\n");
  const journal = readFileSync(at.folder.journal, "utf8").trimEnd().split("\n");
  assert.deepEqual(lines.slice(0, -1), journal);
  assert.deepEqual(JSON.parse(lines.at(-1)!), reportIn(at));
});

test("Ctrl-C lets the step end, pauses with 130 and says how to go on; the run then goes on", async () => {
  const at = site();
  const shown = screen();
  at.world.fate = (effect) => {
    if (effect.kind === "consumer.restart") shown.interrupt();
    return undefined;
  };
  assert.equal(await at.go(shown), 130);
  assert.equal(at.world.history.filter((word) => word.startsWith("restart")).length, 1);
  const { run } = findRun(at.directory, undefined);
  assert.equal(run.stage.kind, "paused");
  assert.ok(shown.said.includes("stopping after the current step; Ctrl-C again leaves at once"));
  assert.ok(shown.said.some((line) => line.includes(`certwright resume ${run.id}`)));
  at.world.fate = () => undefined;
  assert.equal(await at.go(screen()), 0);
  assert.equal(reportIn(at).load?.requests, 24);
});

test("a pause that was asked for is met, and does not stop the run that goes on", async () => {
  const at = site();
  const shown = screen();
  at.world.fate = (effect) => {
    if (effect.kind === "consumer.restart") {
      askToPause(at.folder.requests, { by: "night shift", why: "lunch" });
    }
    return undefined;
  };
  assert.equal(await at.go(shown), 3);
  assert.ok(shown.said.includes("paused by night shift: lunch"));
  at.world.fate = () => undefined;
  assert.equal(await at.go(screen()), 0);
});

test("what waits for a yes ends with 3 and the command that says it; an unknown step is refused", async () => {
  const at = site(smallPlan({ approveDrop: true }));
  const shown = screen();
  assert.equal(await at.go(shown), 3);
  assert.ok(
    shown.said.some((line) => line.endsWith(" --approve drop.write.m1")),
    shown.said.join("\n"),
  );
  const status = screen();
  const { run, folder } = findRun(at.directory, undefined);
  writeStatus(status.terminal, run, { name: folder.run, atWork: false });
  assert.match(status.written(), /drop\.write\.m1 \(.*\): waits for your yes/);
  assert.match(
    holderText(status.terminal, run, undefined),
    /resume .* --approve drop\.write\.m1\n$/,
  );
  await assert.rejects(
    at.go(screen(), { approve: ["drop.write.m2"] }),
    /no step drop\.write\.m2 that waits/,
  );
  assert.equal(await at.go(screen(), { approve: ["all"] }), 0);
});

test("without patience, a member that is away ends with 3 and is named; an unknowable world harms nothing", async () => {
  const at = site();
  at.world.members.get("m3")!.up = false;
  const shown = screen();
  assert.equal(await at.go(shown), 3);
  assert.ok(shown.said.some((line) => /paused:.*all members of etcd\/small are well/.test(line)));
  assert.deepEqual(at.world.history, []);
});

test("what was changed by hand ends with 1, and status says what is not so any more", async () => {
  const at = site();
  const slot = "m3/etcd/peer-trust";
  const { files } = at.world.members.get("m3")!;
  at.world.fate = (effect) => {
    if (effect.kind === "consumer.restart") {
      files.set(slot, { kind: "bundle", issuer: "other", generations: [9], others: [] });
    }
    return undefined;
  };
  const shown = screen();
  assert.equal(await at.go(shown), 1);
  assert.ok(shown.said.some((line) => line.startsWith("halted: somebody changed")));
  const status = screen();
  const { run, folder } = findRun(at.directory, undefined);
  writeStatus(status.terminal, run, { name: folder.run, atWork: false });
  assert.match(status.written(), /not so any more: m3\/etcd\/peer-trust holds/);
});

test("rolled back, the run ends with 0 and the files are as they were", async () => {
  const at = site(smallPlan({ approveDrop: true }));
  assert.equal(await at.go(screen()), 3);
  const shown = screen();
  assert.equal(await at.go(shown, {}, "changed our mind"), 0);
  assert.match(shown.written(), /^rolled back: /);
  assert.equal(at.world.picture(), smallWorld().picture());
  assert.equal(reportIn(at).verdict, "rolled-back");
});

test("a journal that was cut short is told and gone on with", async () => {
  const at = site(smallPlan({ approveDrop: true }));
  assert.equal(await at.go(screen()), 3);
  const text = readFileSync(at.folder.journal, "utf8");
  writeFileSync(at.folder.journal, text.slice(0, -40));
  const shown = screen();
  assert.equal(await at.go(shown, { approve: ["all"] }), 0);
  assert.match(shown.said[0]!, /the last record of the journal was cut short \(\d+ bytes\)/);
});

test("on a terminal each phase is drawn, with the consumers of the current one and what is awaited", async () => {
  const at = site();
  const shown = screen(true);
  let observed = 0;
  const { observe } = at.world;
  // The proofs of a restart come late, so that something is awaited for longer than one drawing.
  at.world.observe = async (claims) => {
    const proofs = await observe(claims);
    const restarted = claims.some(({ kind }) => kind === "restarted");
    if (!restarted || at.world.history.at(-1) !== "restart m1/etcd" || observed > 8) return proofs;
    observed += 1;
    return proofs.map(({ claim, method, observedAt }) => {
      return { claim, method, observedAt, verdict: "fails", evidence: "still the old one" };
    });
  };
  assert.equal(await at.go(shown), 0);
  const all = shown.drawn.map((lines) => lines.join("\n"));
  assert.ok(
    all.some((text) => /▸ trust .*\n {4}m1\/etcd +✔ write +▸ restart/.test(text)),
    all.join("\n\n"),
  );
  assert.ok(
    all.some((text) =>
      text.includes("awaiting: m1/etcd was started after its files changed (still the old one)"),
    ),
  );
  assert.match(all.at(-1)!, /✔ drop/);
  assert.ok(shown.drawn.flat().every((line) => line.length < 100));
});

test("a folder whose maker was killed before the first record is no run, and stands in nobody's way", async () => {
  const at = site();
  assert.throws(() => findRun(at.directory, undefined), /there was no run here yet/);
  assert.equal(await at.go(screen()), 0);
  const later = runFolder(at.directory, "20261124-000000-0002");
  mkdirSync(later.requests, { recursive: true });
  assert.equal(findRun(at.directory, undefined).folder.run, at.folder.run);
  // Killed in the midst of its first record.
  writeFileSync(join(later.path, "plan.json"), JSON.stringify(at.plan));
  writeFileSync(later.journal, '{"sequence":1,');
  assert.throws(() => openOnly(findRun(at.directory, undefined)), /was never begun/);
  assert.equal(findOpenRun(at.directory), undefined);
});

test("a process that was killed right behind the last record leaves its report to the next", async () => {
  const at = site();
  await at.go(screen());
  const path = join(at.folder.path, "report.json");
  const whole = reportIn(at);
  const journal = { ...whole.journal, hash: "0".repeat(64) };
  // As the process before it left it, when it paused.
  writeFileSync(path, JSON.stringify({ ...whole, verdict: "unfinished", journal }));
  const shown = screen();
  const choice = {
    dir: at.directory,
    approve: [],
    acceptBlind: [],
    wait: 0,
    output: "text",
  } as const;
  const again = { ...choice, acceptUnrestoredBackup: false };
  assert.equal(await goOn(shown.terminal, undefined, again), 0);
  assert.match(shown.written(), /^reached: /);
  assert.deepEqual(reportIn(at), whole);
  await assert.rejects(goOn(screen().terminal, undefined, again), /has ended: reached/);
});

test("the records in a journal follow from each other whatever process wrote them", async () => {
  const at = site(smallPlan({ approveDrop: true }));
  await at.go(screen());
  await at.go(screen(), { approve: ["all"] });
  const { entries } = findRun(at.directory, "2026");
  const epochs = entries.map(({ epoch }: Entry) => epoch);
  assert.deepEqual([...new Set(epochs)], [1, 2]);
});

test("a run's report is signed with a key of its own, which openssl verifies; whatever is changed in it shows", async () => {
  const at = site();
  assert.equal(await at.go(screen()), 0);
  const path = join(at.folder.path, "report.json");
  const key = join(at.directory, "report-key.pub");
  const verifies = (): boolean =>
    spawnSync("openssl", ["dgst", "-sha256", "-verify", key, "-signature", `${path}.sig`, path])
      .status === 0;
  assert.equal(verifies(), true);
  assert.match(readFileSync(key, "utf8"), /BEGIN PUBLIC KEY/);
  assert.doesNotMatch(readFileSync(join(at.directory, "report-key.json"), "utf8"), /PRIVATE/);
  const report = async (): Promise<string> => {
    const shown = screen();
    const options = {
      dir: at.directory,
      passphraseFile: undefined,
      passphraseFd: undefined,
      sign: false,
      verify: true,
      key: undefined,
      output: "text" as const,
    };
    const code = await reportCommand.run(shown.terminal, {
      arguments: { run: undefined },
      options,
    });
    return `${String(code)} ${shown.written().replaceAll(/ .*/g, "").replaceAll("\n", " ").trim()}`;
  };
  assert.equal(await report(), "0 yes yes yes");
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace('"failed": 0', '"failed": 1'));
  assert.equal(verifies(), false);
  assert.equal(await report(), "1 NO NO NO");
  writeFileSync(path, text);
  assert.equal(await report(), "0 yes yes yes");
});

test("a report for people has what was proved when, who said what, and what others wrote as no more than text", () => {
  const plan = smallPlan();
  const words = "<b>it is | done";
  const proof = {
    claim: { kind: "healthy", group: "etcd/small" },
    verdict: "holds",
    method: "api",
    observedAt: 0,
    evidence: words,
    step: "drop.proved" as StepId,
  } as const;
  const markdown = reportMarkdown({
    ...reportOf(plan, [], digests),
    proofs: [proof],
    acknowledged: [{ name: "ci:trust", by: "alice", at: 0, note: words }],
  });
  assert.match(
    markdown,
    /\| 1970-01-01T00:00:00Z \| drop.proved \| .* \| api \| &lt;b>it is \\\| done \|/,
  );
  assert.match(markdown, /alice vouched for ci:trust: &lt;b>it is/);
});

test("a holder stops the run, is listed with what it lacks, and lets it go on once somebody vouches for it", async () => {
  const holder = { name: "ci", where: "Jenkins", owner: "Bo", issuers: ["peer"] };
  const plan = askingPlan({
    kind: "informed",
    holder: "ci",
    issuer: "peer",
    generation: 2,
    as: "certificate",
  });
  const at = site({ ...plan, holders: [{ ...holder, trusts: false, presents: true }] });
  const first = screen();
  assert.equal(await at.go(first), 3);
  assert.ok(first.said.some((line) => line.includes("drop.asked waits: ci shows a certificate")));
  assert.ok(first.said.some((line) => line.includes("certwright acknowledge ci --note")));
  const listed = async (): Promise<string> => {
    const shown = screen();
    const options = { dir: at.directory, out: undefined, output: "text" as const };
    await holdersCommand.run(shown.terminal, { arguments: { run: undefined }, options });
    return shown.written().split("\n")[1] ?? "";
  };
  assert.match(
    await listed(),
    /^ci +Jenkins +Bo +ci shows a certificate of generation 2 of peer +asked for now/,
  );
  const say = async (...name: string[]): Promise<void> => {
    const options = { dir: at.directory, run: undefined, note: "Bo has it" };
    await acknowledgeCommand.run(screen().terminal, { arguments: { name }, options });
  };
  await assert.rejects(say("nobody"), /the run asks for nobody's word on nobody now/);
  await say("ci");
  assert.match(await listed(), /Bo has it/);
  assert.equal(await at.go(screen()), 0);
  assert.deepEqual(
    reportIn(at).acknowledged.map(({ name, note }) => [name, note]),
    [["ci:certificate", "Bo has it"]],
  );
});

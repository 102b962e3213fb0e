import { digests } from "../../adapters/crypto/node-digests.ts";
import { systemClock } from "../../adapters/clock/system-clock.ts";
import { forgetPause, runControl } from "../../adapters/control/run-control.ts";
import { raiseEstateVersion, readEstateVersion } from "../../adapters/estate/estate-version.ts";
import { fileSystem } from "../../adapters/files/file-system.ts";
import { openFileJournal } from "../../adapters/journal/file-journal.ts";
import type { Sealer } from "../../adapters/keystore/file.ts";
import { readReport, type RunFolder } from "../../adapters/runs/run-folder.ts";
import { systemTimer } from "../../adapters/timer/system-timer.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import type { Plan, StepId } from "../../core/model/plan.ts";
import { addLoads, reportOf } from "../../core/run/report.ts";
import { drive, type DriveEnd, type Progress } from "../../engine/run/drive.ts";
import type { Authority } from "../../engine/authority/authority.ts";
import type { HeldLease } from "../../ports/lease.ts";
import type { OpenWorld } from "../../engine/rotation/world.ts";
import { sayRequests } from "../external/say-requests.ts";
import type { Terminal } from "../terminal.ts";
import { exitOf, isUnanswered, reportText, sayEnd } from "./end-words.ts";
import { keepReport } from "./keep-report.ts";
import { liveView } from "./live-view.ts";
import { awaitedLines, plainLines } from "./plain-lines.ts";
import { limitsOf, whoAmI, type RunChoice } from "./run-options.ts";

/** A run that is about to be carried out by this process, which holds its estate's lease. */
export interface RunJob {
  readonly directory: string;
  readonly folder: RunFolder;
  readonly plan: Plan;
  readonly lease: HeldLease;
  readonly world: OpenWorld;
  readonly authority: Pick<Authority, "issuer" | "leafRequests">;
  /** Tells others in which phase it is. */
  readonly tell?: (phase: string) => void;
  /** Under which the key rests that signs the report. */
  readonly sealer: Pick<Sealer, "seal" | "unseal">;
  /** Why, when the run shall be turned round. */
  readonly rollback?: string;
  readonly repair?: boolean;
}

/**
 * Carries the run out until it is closed, paused or halted, shows it, writes its report, and says how to go on.
 * The first Ctrl-C lets the current step come to its end.
 */
export const carryOutRun = async (
  terminal: Terminal,
  job: RunJob,
  choice: Pick<RunChoice, "approve" | "acceptBlind" | "wait" | "parallel" | "output">,
): Promise<ExitCode> => {
  const { directory, folder, plan, lease, world, rollback, repair = false } = job;
  const approve = approvedSteps(plan, choice.approve);
  const acceptBlind = acceptedSpots(plan, choice.acceptBlind);
  const by = whoAmI();
  // What was asked of a process that is gone.
  forgetPause(folder.requests);
  const journal = openFileJournal(fileSystem, folder.journal, folder.run);
  if (journal.torn > 0) {
    terminal.say(
      `the last record of the journal was cut short (${journal.torn} bytes) and is left out; what it was about is looked at first`,
    );
  }
  const interruption = new AbortController();
  const view = viewOf(terminal, plan, choice.output);
  const giveBack = terminal.takeInterruption(() => {
    view.stopping();
    interruption.abort();
  });
  // What it meets, other clients met; it reads only.
  const witness = world.watch(false);
  const before = readReport(folder)?.load;
  let end: DriveEnd;
  try {
    end = await drive(
      {
        world,
        journal,
        lease,
        clock: systemClock,
        timer: systemTimer,
        digests,
        control: runControl(folder.requests, interruption.signal, by),
      },
      {
        run: folder.run,
        plan,
        by,
        approve,
        acceptBlind,
        ...(rollback === undefined ? {} : { rollback }),
        repair,
        limits: limitsOf(choice),
      },
      (progress) => {
        if (progress.kind === "entry") countRun(directory, plan, progress);
        if (progress.kind === "activity") job.tell?.(progress.phase.id);
        view.listen(progress);
      },
    );
  } finally {
    giveBack();
    view.end();
    journal.close();
    await witness.stop();
  }
  if (end.kind === "stopped") forgetPause(folder.requests);
  if (end.kind !== "fenced") {
    const seen = await witness.stop();
    const report = reportOf(
      plan,
      await journal.read(),
      digests,
      before === undefined ? seen : addLoads(before, seen),
    );
    const path = await keepReport(directory, folder, report, job.sealer);
    if (choice.output === "json") terminal.write(`${JSON.stringify(report)}\n`);
    else if (end.kind === "closed") terminal.write(reportText(terminal, report, path));
  }
  sayEnd(terminal, end);
  if (isUnanswered(end)) await sayRequests(terminal, folder, plan, job.authority);
  return exitOf(end);
};

/** Makes plans stale that were made before the run began, and those that were made while it changed things. */
const countRun = (
  directory: string,
  plan: Plan,
  { entry }: Extract<Progress, { kind: "entry" }>,
): void => {
  const { kind } = entry.event;
  if (kind === "run.opened" || kind === "run.closed") raiseEstateVersion(directory);
  if (kind !== "run.resumed") return;
  // The process that opened the run may have been killed before it could raise it.
  if (readEstateVersion(directory).serial === plan.basis.estate.serial)
    raiseEstateVersion(directory);
};

interface View {
  listen(progress: Progress): void;
  stopping(): void;
  end(): void;
}

const viewOf = (terminal: Terminal, plan: Plan, output: "text" | "json"): View => {
  const { canvas } = terminal;
  const stopping = (): void =>
    terminal.say("stopping after the current step; Ctrl-C again leaves at once");
  if (output === "json") {
    const sayAwaited = awaitedLines(terminal);
    return {
      listen: (progress) => {
        if (progress.kind === "entry") terminal.write(`${JSON.stringify(progress.entry)}\n`);
        if (progress.kind === "activity") sayAwaited(progress);
      },
      stopping,
      end: () => undefined,
    };
  }
  if (canvas !== undefined) return liveView(terminal, canvas, plan);
  return { listen: plainLines(terminal), stopping, end: () => undefined };
};

const approvedSteps = (plan: Plan, words: readonly string[]): readonly StepId[] => {
  const known = plan.phases
    .flatMap(({ steps, rollback }) => [...steps, ...rollback])
    .filter(({ approval }) => approval)
    .map(({ id }) => id);
  if (words.includes("all")) return known;
  return words.map((word) => {
    const id = known.find((one) => one === word);
    if (id === undefined) throw failure("run.unknown-step", { step: word, known });
    return id;
  });
};

const acceptedSpots = (plan: Plan, words: readonly string[]): readonly string[] => {
  const known = plan.blind.map(({ id }) => id);
  for (const word of words) {
    if (!known.includes(word)) throw failure("run.unknown-blind", { id: word, known });
  }
  return words;
};

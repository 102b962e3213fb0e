import { systemClock } from "../../adapters/clock/system-clock.ts";
import { askToPause } from "../../adapters/control/run-control.ts";
import { fileLease } from "../../adapters/lease/file-lease.ts";
import { systemTimer } from "../../adapters/timer/system-timer.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import { spanWords } from "../../core/text/span.ts";
import { defineCommand } from "../command.ts";
import { directoryOf, dirOption } from "../pki/open-pki.ts";
import { findRun } from "../run/find-run.ts";
import { openOnly } from "../run/go-on.ts";
import { runArgument, whoAmI } from "../run/run-options.ts";
import { duration } from "../values.ts";

/** Milliseconds between two looks at the run's journal. */
const interval = 200;

export const command = defineCommand({
  description:
    "Asks the process that carries a run out to stop after its current step, and waits until it has. Works from another terminal of the same machine. Exit code 0 when the run stands still, 4 when it does not in time; the request stays.",
  arguments: { run: runArgument },
  options: {
    dir: dirOption,
    why: { flag: "--why <words>", description: "for the journal", default: "asked to pause" },
    wait: {
      flag: "--wait <duration>",
      description: "how long to wait until it stands still",
      default: "5m",
      parse: duration,
    },
  },
  examples: [
    { command: 'certwright pause --why "on call until six"', does: "Let the newest run rest" },
  ],
  async run(terminal, { arguments: { run: word }, options }): Promise<ExitCode> {
    const directory = directoryOf(options);
    const lease = fileLease(directory, systemClock.now);
    const { folder } = openOnly(findRun(directory, word));
    const { run } = folder;
    const still = (): boolean => lease.look()?.run !== run;
    if (!still()) askToPause(folder.requests, { by: whoAmI(), why: options.why });
    const deadline = terminal.now() + options.wait;
    const done = terminal.progress("waiting for the current step to end");
    try {
      while (!still()) {
        if (terminal.now() > deadline) {
          throw failure("run.still-going", { run, waited: spanWords(options.wait) });
        }
        await systemTimer.sleep(interval, terminal.interrupted);
        terminal.interrupted.throwIfAborted();
      }
    } finally {
      done();
    }
    const { stage } = findRun(directory, run).run;
    if (stage.kind === "closed") {
      terminal.say(`run ${run} came to its end: ${stage.verdict}`);
      return 0;
    }
    terminal.say(
      stage.kind === "open" || stage.kind === "unopened"
        ? `run ${run} stands still: its process is gone, and did not pause it`
        : `run ${run} is ${stage.kind}`,
    );
    terminal.say(`go on with: certwright resume ${run}`);
    return 0;
  },
});

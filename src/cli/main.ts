import { commands } from "./commands/index.ts";
import { report } from "./exit.ts";
import { run } from "./run.ts";
import { processTerminal } from "./terminal.ts";

// The process around a command line: signals, broken pipes, exit code. Nothing else may call process.exit.

/** How long a command may tidy up after Ctrl-C before it is left; a second Ctrl-C does not wait at all. */
const graceMilliseconds = 5000;

/** A reader that went away (`| head -1`) is no fault; a full disk behind `>` is. */
const outputFailed = (error: NodeJS.ErrnoException): never => {
  if (error.code === "EPIPE") process.exit(0);
  terminal.say(`error: cannot write the output: ${error.message}`);
  process.exit(1);
};

const terminal = processTerminal(outputFailed);
const words = process.argv.slice(2);
const end = words.indexOf("--");
const debugAt = words.indexOf("--debug");
const debug = debugAt !== -1 && (end === -1 || debugAt < end);
if (debug) words.splice(debugAt, 1);

let interrupted = false;
/** Whether an interrupted command comes to its own end. */
let takenOver = false;
const interrupt = (): void => {
  if (interrupted) process.exit(130);
  interrupted = true;
  takenOver = terminal.interrupt();
  if (takenOver) return;
  terminal.say(`\ninterrupted: ${terminal.leftBehind}`);
  setTimeout(() => process.exit(130), graceMilliseconds).unref();
};
process.on("SIGINT", interrupt);
process.on("SIGTERM", interrupt);

void run(commands, words, terminal)
  .catch((error: unknown) => (interrupted && !takenOver ? 130 : report(error, terminal, debug)))
  .then((code) => process.exit(interrupted && !takenOver ? 130 : code));

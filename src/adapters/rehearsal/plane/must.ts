import { systemPath } from "../../node/system-path.ts";
import { failure } from "../../../core/errors/certwright-error.ts";
import { runToEnd } from "../../backup/run-to-end.ts";

/** Naming an interface or mounting a folder takes milliseconds; a machine that swaps takes its time. */
const deadline = 20_000;

/** Runs one of the system's programs, which has to succeed. Throws rehearsal.no-network. */
export const must = async (program: string, ...args: readonly string[]): Promise<void> => {
  const ran = await runToEnd(program, args, { deadline, env: { PATH: systemPath } });
  if (ran.code === 0) return;
  throw failure("rehearsal.not-laid", { command: [program, ...args].join(" "), why: ran.why });
};

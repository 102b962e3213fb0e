import { failure } from "../../../core/errors/certwright-error.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import type { NodeSession } from "../../../ports/node.ts";
import type { PlacedConsumer } from "../layout.ts";

/** systemd's own patience for one start and one stop is 90 s each (DefaultTimeoutStartSec, DefaultTimeoutStopSec); etcd's unit gives five minutes to start. */
const commandDeadline = 390_000;

/**
 * Of a start that is not to be awaited: by then its process runs, also where another one had to end first, and if the
 * command still waits for it to be ready, the others are started meanwhile.
 */
export const unawaitedDeadline = 60_000;

/** Runs what starts or stops a consumer. Throws node.*, rotation.service-failed. */
export const runCommand = async (
  session: NodeSession,
  { id }: PlacedConsumer,
  command: readonly string[],
  deadline: number = commandDeadline,
): Promise<void> => {
  const { code, stderr } = await session.run(command, { deadline });
  if (code === 0) return;
  throw failure("rotation.service-failed", {
    consumer: id,
    node: session.name,
    command: command.map(shellWord).join(" "),
    code,
    said: lastLine(stderr),
  });
};

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1)?.slice(0, 300) ?? "";

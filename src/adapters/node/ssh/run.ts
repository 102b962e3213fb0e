import { failure } from "../../../core/errors/certwright-error.ts";
import type { RunResult } from "../../../ports/node.ts";
import { OUTPUT_LIMIT } from "../limits.ts";
import { call, type Channel } from "./channel.ts";
import { nameSudoFailure } from "./name-failure.ts";
import { runScript } from "./scripts/see.ts";

/** See NodeSession.run. Under sudo the program itself is what sudo is asked for, so that sudoers may name it. */
export const runBySsh = async (
  channel: Channel,
  command: readonly string[],
  options: { readonly deadline: number; readonly input?: Uint8Array },
): Promise<RunResult> => {
  const { node, access } = channel;
  const [program = ""] = command;
  const { body, end, stderr } = await call(channel, {
    script: runScript,
    words: [access.sudo ? "sudo" : "as-is", ...command],
    awaited: `${command.join(" ")} to end`,
    deadline: options.deadline,
    ...(options.input === undefined ? {} : { input: options.input }),
    sudo: "never",
  });
  if (body.length > OUTPUT_LIMIT || stderr.length > OUTPUT_LIMIT) {
    throw failure("node.output-too-big", { node, program, limit: OUTPUT_LIMIT });
  }
  if (
    end === "missing" ||
    (access.sudo && end === "1" && /^sudo: .*: command not found$/m.test(stderr))
  ) {
    throw failure("node.program-missing", { node, program });
  }
  if (end === "126") {
    throw failure("node.program-unusable", { node, program, why: stderr.trim() });
  }
  const refused = access.sudo && end === "1" ? nameSudoFailure(node, access, stderr) : undefined;
  if (refused !== undefined) throw refused;
  return { code: Number(end), stdout: body.toString("utf8"), stderr };
};

import { failure } from "../../../core/errors/certwright-error.ts";
import { limitCalls } from "../../../engine/limit-calls.ts";
import type { NodeSession } from "../../../ports/node.ts";
import type { Machine } from "./ask.ts";
import { call, type Channel } from "./channel.ts";
import type { SshAccess } from "./destination.ts";
import { dialBySsh } from "./dial.ts";
import { linkBySsh, readLinkBySsh } from "./link.ts";
import { openConnection } from "./open-connection.ts";
import { factsBySsh } from "./read.ts";
import { readTogether } from "./read-together.ts";
import { runBySsh } from "./run.ts";
import { needed, toolsScript } from "./scripts/prelude.ts";
import { clockBySsh, freeBySsh, processesBySsh } from "./see.ts";
import { removeBySsh, writeBySsh } from "./write.ts";

/** Looking for fifteen programs takes milliseconds; sudo may ask a directory service first. */
const lookDeadline = 30_000;
/** sshd takes 10 sessions of one connection (MaxSessions, sshd_config(5)); one of them holds the connection. */
const concurrentCalls = 8;

/** Opens a session by the system's OpenSSH. Throws node.* for everything that is wrong with the way or the machine's tools. */
export const sshSession = async (name: string, access: SshAccess): Promise<NodeSession> => {
  const connection = await openConnection(name, access);
  try {
    const { channel } = connection;
    const machine: Machine = { channel, tool: await findTools(channel) };
    const limited = limitCalls(concurrentCalls);
    return {
      name,
      access: "ssh",
      read: readTogether(machine, limited),
      facts: (path) => limited(() => factsBySsh(machine, path)),
      write: (files) => limited(() => writeBySsh(machine, files)),
      remove: (path, expect) => limited(() => removeBySsh(machine, path, expect)),
      readLink: (path) => limited(() => readLinkBySsh(machine, path)),
      link: (link) => limited(() => linkBySsh(machine, link)),
      run: (command, options) => limited(() => runBySsh(channel, command, options)),
      processes: (program) => limited(() => processesBySsh(machine, program)),
      clockSkew: () => limited(() => clockBySsh(machine)),
      freeBytes: (path) => limited(() => freeBySsh(machine, path)),
      // A forwarded connection is none of sshd's sessions.
      dial: (host, port, deadline) => dialBySsh(connection, host, port, deadline),
      close: () => connection.close(),
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
};

const findTools = async (channel: Channel): Promise<string> => {
  const { node } = channel;
  const { body } = await call(channel, {
    script: toolsScript,
    words: needed,
    awaited: "a look at its tools",
    deadline: lookDeadline,
    sudo: "told",
  });
  const [tool = "none", ...missing] = body.toString("utf8").split(" ");
  const program = tool === "none" ? "sha256sum" : missing.join(" ");
  if (program !== "") throw failure("node.program-missing", { node, program });
  return tool;
};

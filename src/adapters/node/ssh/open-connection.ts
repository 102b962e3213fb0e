import { spawn } from "node:child_process";
import { lstatSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

import { failure } from "../../../core/errors/certwright-error.ts";
import { newToken, noSsh, remoteLine, type Channel } from "./channel.ts";
import { sshWords, type SshAccess } from "./destination.ts";
import { frameScript, readFrame } from "./frame.ts";
import { nameSshFailure } from "./name-failure.ts";

/** One SSH connection that all calls go through. */
export interface Connection {
  readonly channel: Channel;
  /** Why a channel that was asked for after `since` was refused: ssh tells it here and nowhere else. */
  readonly refusal: (since: number) => Promise<string | undefined>;
  /** For `refusal`: a moment in what the connection says. */
  readonly moment: () => number;
  readonly close: () => Promise<void>;
}

/** More than ssh's own ConnectTimeout, which does not cover a name server, a jump host or a login file that hangs. */
const openDeadline = 30_000;
const closeDeadline = 2000;
/** The reason of a refusal comes from another process than the refusal itself, some milliseconds before or after. */
const refusalDeadline = 500;
/** Characters of what ssh says that are kept: a few hundred lines. */
const saidLimit = 16_384;
/** sockaddr_un.sun_path holds 104 bytes on BSD and macOS, 108 on Linux; ssh appends 17 while it binds. */
const socketPathLimit = 104 - 17;

/** Words that only a shell that quotes as POSIX says gives back unchanged: fish and csh do not. */
const quoted = 'it\'s \\\\ "$HOME" `id` !x\nand more';

/**
 * The connection is held by a `cat` that reads from us: it ends with this process, however that ends.
 * Throws node.* for everything that is wrong with the way there.
 */
export const openConnection = async (node: string, access: SshAccess): Promise<Connection> => {
  const token = newToken();
  const socket = join(controlFolder(), token);
  const script = `${frameScript}printf %s "$1"
printf '\\ncertwright-end-%s %s\\n' "$token" 0
trap - 0
exec cat >/dev/null
`;
  const line = remoteLine(["exec", "sh", "-c", script, "certwright", token, quoted]);
  const multiplexing = ["ControlMaster=yes", `ControlPath=${socket}`];
  // Level INFO: "channel 3: open failed: connect failed: Connection refused" is no error to it.
  const child = spawn(
    "ssh",
    [...sshWords(access, multiplexing, "INFO"), "--", access.destination, line],
    {
      stdio: ["pipe", "pipe", "pipe"],
      // Ctrl-C on a terminal is certwright's alone: the connection is needed for ending in good order.
      detached: true,
    },
  );
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let output = Buffer.alloc(0);
  let said = "";
  let forgotten = 0;
  const timer = setTimeout(() => {
    const awaited = `a login on ${access.destination}`;
    reject(failure("node.deadline", { node, awaited, milliseconds: openDeadline }));
  }, openDeadline);
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
    const surplus = Math.max(0, said.length - saidLimit);
    said = said.slice(surplus);
    forgotten += surplus;
  });
  child.stdout.on("data", (chunk: Buffer) => {
    if (output.length > 65_536) return;
    output = Buffer.concat([output, chunk]);
    const frame = readFrame(output, token);
    if (typeof frame !== "object") return;
    const why = "it does not quote words as POSIX sh does";
    if (frame.body.toString("utf8") === quoted) resolve();
    else reject(failure("node.shell-unusable", { node, why }));
  });
  child.stdin.on("error", () => {});
  child.on("error", (error) => reject(noSsh(node, error)));
  const closed = new Promise<void>((done) => child.once("close", () => done()));
  child.on("close", (code) => {
    reject(
      code === 255 || code === null
        ? nameSshFailure(node, access, said, "login")
        : failure("node.shell-unusable", { node, why: lastSaid(output, said, code) }),
    );
  });
  // ssh does so itself, unless it was killed.
  const forget = (): void => rmSync(socket, { force: true });
  const close = async (): Promise<void> => {
    child.kill("SIGTERM");
    const force = setTimeout(() => child.kill("SIGKILL"), closeDeadline);
    await closed;
    clearTimeout(force);
    forget();
  };
  try {
    await promise;
  } catch (error) {
    child.kill("SIGKILL");
    forget();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  const follow = ["ControlMaster=no", `ControlPath=${socket}`];
  const moment = (): number => forgotten + said.length;
  const refusal = async (since: number): Promise<string | undefined> => {
    const until = performance.now() + refusalDeadline;
    for (;;) {
      const now = said.slice(Math.max(0, since - forgotten));
      const why = /^channel \d+: open failed: (?:connect failed: )?(.+?)\r?$/m.exec(now)?.[1];
      if (why !== undefined || performance.now() > until) return why;
      await pause();
    }
  };
  return { channel: { node, access, multiplexing: follow }, moment, refusal, close };
};

/** nologin says why on its output, a forced command anywhere. */
const lastSaid = (output: Buffer, said: string, code: number): string =>
  `${output.toString("utf8")}${said}`.trim().slice(0, 300) || `it ended with ${code}`;

const pause = (): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, 10);
  return promise;
};

/**
 * Who can open the socket is logged in there. One folder a user for all sockets, which ssh takes away itself when it ends,
 * so that a process that is killed leaves nothing; of our own when somebody else made one of that name.
 */
const controlFolder = (): string => {
  const { uid } = userInfo();
  const long = join(tmpdir(), `certwright-ssh-${uid}`, newToken()).length > socketPathLimit;
  const place = long ? "/tmp" : tmpdir();
  const folder = join(place, `certwright-ssh-${uid}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch {
    const { uid: owner, mode } = lstatSync(folder);
    const ours = owner === uid && (mode & 0o170_777) === 0o040_700;
    if (!ours) return mkdtempSync(join(place, "certwright-ssh-"));
  }
  return folder;
};

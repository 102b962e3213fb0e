import { spawn } from "node:child_process";
import { Duplex, type Readable, type Writable } from "node:stream";

import { failure } from "../../../core/errors/certwright-error.ts";
import type { NodeStream } from "../../../ports/node.ts";
import { noSsh } from "./channel.ts";
import { sshWords } from "./destination.ts";
import { nameSshFailure } from "./name-failure.ts";
import { spawnTurn } from "./spawn-turn.ts";
import type { Connection } from "./open-connection.ts";

/**
 * What ssh says at level DEBUG1 once the other side has accepted: through our connection (mux.c). On a connection of its
 * own it says only that it asked; a refusal then comes as the stream's error.
 */
const accepted = /master session id|Entering interactive session/;

/** See NodeSession.dial: `ssh -W` connects from that machine and becomes the connection; the stream is a Duplex. */
export const dialBySsh = async (
  connection: Connection,
  host: string,
  port: number,
  deadline: number,
): Promise<NodeStream> => {
  const { node, access, multiplexing } = connection.channel;
  const target = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  const words = [
    ...sshWords(access, multiplexing, "DEBUG1"),
    "-W",
    target,
    "--",
    access.destination,
  ];
  await spawnTurn();
  const since = connection.moment();
  const child = spawn("ssh", words, { stdio: ["pipe", "pipe", "pipe"], detached: true });
  const { stdin, stdout } = child;
  const { promise, resolve, reject } = Promise.withResolvers<NodeStream>();
  const give = (error: Error): void => {
    child.kill("SIGKILL");
    reject(error);
  };
  const timer = setTimeout(() => {
    const awaited = `a TCP connection to ${target}`;
    give(failure("node.deadline", { node, awaited, milliseconds: deadline }));
  }, deadline);
  let said = "";
  let stream: Duplex | undefined;
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString("utf8")).slice(-16_384);
    if (stream !== undefined || !accepted.test(said)) return;
    clearTimeout(timer);
    stream = streamOf({ stdin, stdout, kill: () => child.kill("SIGKILL") });
    // When ssh ends before anybody listens, or after, nobody's request fails by it; it must not end this process.
    stream.on("error", () => undefined);
    resolve({ stream });
  });
  child.on("error", (error) => give(noSsh(node, error)));
  child.on("exit", (code) => {
    clearTimeout(timer);
    if (code === 0) return;
    void connection.refusal(since).then((refused) => {
      const why = refused ?? /open failed: (?:connect failed: )?(.+?)\r?$/m.exec(said)?.[1];
      const error =
        why === undefined
          ? nameSshFailure(node, access, said, "call")
          : /refused/i.test(why)
            ? failure("node.dial-refused", { node, target })
            : failure("node.dial-failed", { node, target, why });
      stream?.destroy(error);
      give(error);
    });
  });
  return promise;
};

/** One stream of two, which is no socket: TLS reads from it and not from what is below. */
export const streamOf = ({
  stdin,
  stdout,
  kill,
}: {
  stdin: Writable;
  stdout: Readable;
  kill(): void;
}): Duplex => {
  const stream: Duplex = new Duplex({
    // As net.Socket: when the other side has ended, so do we.
    allowHalfOpen: false,
    read: () => void stdout.resume(),
    write: (chunk: Buffer, _encoding, done) => void stdin.write(chunk, done),
    // ssh may have ended by itself because the other side did.
    final: (done) => void stdin.end(() => done()),
    destroy(error, done) {
      kill();
      done(error);
    },
  });
  stdout.on("data", (chunk: Buffer) => {
    if (!stream.push(chunk)) stdout.pause();
  });
  stdout.on("end", () => stream.push(null));
  stdin.on("error", () => {});
  return stream;
};

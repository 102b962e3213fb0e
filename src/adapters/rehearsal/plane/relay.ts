import { ownCommand } from "./own-command.ts";
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, openSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CertwrightError, failure } from "../../../core/errors/certwright-error.ts";
import type { NodeStream } from "../../../ports/node.ts";
import { dialLocal } from "../../node/local/dial.ts";
import { streamOf } from "../../node/ssh/dial.ts";

/** Names the socket to a process that dials from within a machine's network. */
export const relayVariable = "CERTWRIGHT_REHEARSAL_RELAY";

const startDeadline = 20_000;
const lookPause = 50;

/** The dialling process of one machine. */
export interface Relay {
  /** See NodeSession.dial. */
  dial(host: string, port: number, deadline: number): Promise<NodeStream>;
}

/**
 * This very command once more in a machine's network: etcd's members look at where a peer's connection comes from, and
 * what listens on 127.0.0.1 is there only. `network`: words that bring a program in. Sockets have their place in `folder`.
 */
export const startRelay = async (
  node: string,
  folder: string,
  network: readonly string[],
): Promise<Relay> => {
  const name = `relay-${node}`;
  const [first = "", ...rest] = [...network, ...ownCommand()];
  const child: ChildProcess = spawn(first, rest, {
    cwd: process.cwd(),
    env: { ...process.env, [relayVariable]: join(folder, name) },
    stdio: ["ignore", "ignore", "inherit"],
  });
  child.on("error", () => undefined);
  child.unref();
  const until = Date.now() + startDeadline;
  while (!existsSync(join(folder, name)) && Date.now() < until) await sleep(lookPause);
  // A socket's path may have 107 bytes, and the folder's alone may have more.
  const short = `/proc/self/fd/${openSync(folder, "r")}/${name}`;
  return {
    dial: (host, port, deadline) => dialled(node, short, { host, port, deadline }),
  };
};

interface Asked {
  readonly host: string;
  readonly port: number;
  readonly deadline: number;
}

const dialled = (node: string, path: string, asked: Asked): Promise<NodeStream> => {
  const { promise, resolve, reject } = Promise.withResolvers<NodeStream>();
  const socket = connect({ path });
  const why = (error: Error): void =>
    reject(
      failure("node.dial-failed", {
        node,
        target: `${asked.host}:${asked.port}`,
        why: error.message,
      }),
    );
  socket.once("error", why);
  socket.once("connect", () => socket.write(`${JSON.stringify(asked)}\n`));
  void firstLine(socket).then((line) => {
    socket.off("error", why);
    if (line === "") {
      const stream = streamOf({ stdin: socket, stdout: socket, kill: () => socket.destroy() });
      stream.on("error", () => undefined);
      socket.on("error", (error) => stream.destroy(error));
      resolve({ stream });
      return;
    }
    socket.destroy();
    const target = `${asked.host}:${asked.port}`;
    reject(
      line === "node.dial-refused"
        ? failure("node.dial-refused", { node, target })
        : failure("node.dial-failed", { node, target, why: line ?? "the way there ended" }),
    );
  });
  return promise;
};

/** Up to a line's end; what comes after it is for whoever reads next. Undefined when none comes. */
const firstLine = (socket: Socket): Promise<string | undefined> => {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  let text = Buffer.alloc(0);
  const ended = (): void => resolve(undefined);
  const look = (piece: Buffer): void => {
    text = Buffer.concat([text, piece]);
    const end = text.indexOf(0x0a);
    if (end < 0) return;
    socket.off("data", look);
    socket.off("close", ended);
    socket.pause();
    if (end + 1 < text.length) socket.unshift(text.subarray(end + 1));
    resolve(text.subarray(0, end).toString("utf8"));
  };
  socket.on("data", look);
  socket.once("close", ended);
  return promise;
};

/** Dials for whoever asks at the socket. Never ends by itself: it lives in the process namespace of the copy. */
export const serveRelay = async (path: string): Promise<never> => {
  const { dir, base } = {
    dir: path.slice(0, path.lastIndexOf("/")),
    base: path.slice(path.lastIndexOf("/") + 1),
  };
  const folder = openSync(dir, "r");
  rmSync(path, { force: true });
  const server = createServer({ allowHalfOpen: false }, (socket) => {
    socket.on("error", () => socket.destroy());
    void firstLine(socket).then(async (line) => {
      if (line === undefined) return;
      const { host, port, deadline } = JSON.parse(line) as Asked;
      try {
        const upstream = (await dialLocal("", host, port, deadline)).stream as Socket;
        upstream.on("error", () => socket.destroy());
        upstream.on("close", () => socket.destroy());
        socket.on("close", () => upstream.destroy());
        socket.write("\n");
        socket.pipe(upstream).pipe(socket);
      } catch (error) {
        const said = error instanceof CertwrightError ? error.code : String(error);
        socket.end(`${said}\n`);
      }
    });
  });
  server.on("close", () => closeSync(folder));
  server.listen(`/proc/self/fd/${folder}/${base}`);
  return new Promise<never>(() => undefined);
};

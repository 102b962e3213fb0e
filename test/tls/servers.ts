/** Servers for the prober to look at, real programs and misbehaving ones; all on 127.0.0.1. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  connect,
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
  type Socket,
} from "node:net";
import { setTimeout as later } from "node:timers/promises";

export interface Running {
  readonly port: number;
  /** Resolves when it has ended. */
  stop(): Promise<void>;
}

/** A program with what it printed lately, its log. */
export interface Printing extends Running {
  said(): string;
  /** Types on its standard input. */
  type(text: string): void;
}

/** Starts a Node server (of any kind) on a free port; stopping it breaks its connections. */
export const listen = async (server: Server): Promise<Running> => {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
};

/** A TCP server that does what it is told with every connection. */
export const behave = (behaviour: (socket: Socket) => void): Promise<Running> =>
  listen(createTcpServer(behaviour));

/** The arguments of a program from its options; one with "" stands alone. */
export const options = (table: Readonly<Record<string, string>>): string[] =>
  Object.entries(table).flatMap(([name, value]) => (value === "" ? [name] : [name, value]));

/** Time a real program has to be ready: etcd on a busy machine of two cores takes some seconds. */
const startDeadline = 30_000;

/** Time a program has that may end in its own way, in milliseconds. */
const stopDeadline = 5000;

const stopProcess = async (
  child: ChildProcess,
  signal: NodeJS.Signals = "SIGKILL",
): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), stopDeadline);
  await ended;
  clearTimeout(timer);
};

/** Runs a program that prints where it listens; `address` finds the port in what it printed. */
export const startPrinting = async (
  program: string,
  args: readonly string[],
  address: RegExp,
): Promise<Printing> => {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let said = "";
  const hear = (chunk: Buffer): void => {
    said = (said + chunk.toString("latin1")).slice(-10_000);
    const port = address.exec(said)?.[1];
    if (port !== undefined) resolve(Number(port));
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const fail = (): void => reject(new Error(`${program} did not say where it listens: ${said}`));
  child.on("error", fail);
  child.on("exit", fail);
  const timer = setTimeout(fail, startDeadline);
  try {
    const port = await promise;
    return {
      port,
      stop: () => stopProcess(child),
      said: () => said,
      type: (text) => child.stdin.write(text),
    };
  } catch (error) {
    await stopProcess(child);
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

/** Runs a program that listens on a port it was given; what it says on stderr by `said`. */
export const startListening = async (
  program: string,
  args: readonly string[],
  port: number,
  stopBy: NodeJS.Signals = "SIGKILL",
): Promise<Running & Pick<Printing, "said">> => {
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString("latin1")).slice(-10_000);
  });
  const deadline = performance.now() + startDeadline;
  while (performance.now() < deadline && child.exitCode === null) {
    if (await accepts(port))
      return { port, stop: () => stopProcess(child, stopBy), said: () => said };
    await later(25);
  }
  await stopProcess(child);
  throw new Error(`${program} does not listen on ${port}: ${said}`);
};

const accepts = async (port: number): Promise<boolean> => {
  const socket = connect({ host: "127.0.0.1", port });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.once("connect", () => resolve(true));
  socket.once("error", () => resolve(false));
  const accepted = await promise;
  socket.destroy();
  return accepted;
};

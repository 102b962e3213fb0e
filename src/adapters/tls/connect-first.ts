import { connect, isIP, type Socket } from "node:net";
import type { ConnectAttempt } from "../../core/tls/observation.ts";
import type { Ended } from "./phases.ts";

/** RFC 8305 section 5: so long an address is alone before the next one is tried beside it. */
const attemptDelay = 250;

/** Addresses of one name that are tried; "at most a handful of connections". */
const maxAddresses = 8;

export interface Connected {
  readonly socket?: Socket;
  readonly attempts: readonly ConnectAttempt[];
}

/**
 * A TCP connection to the first address that accepts one. They are tried in order; the next one begins when
 * its predecessor failed or has been silent for 250 ms, and the losers are closed. `patience` is what one address
 * gets, in milliseconds.
 */
export const connectFirst = (
  addresses: readonly string[],
  port: number,
  patience: number,
  signal: AbortSignal,
): Promise<Ended<Connected>> => {
  const { promise, resolve } = Promise.withResolvers<Ended<Connected>>();
  const tried = addresses.slice(0, maxAddresses);
  const attempts: ConnectAttempt[] = [];
  const running = new Map<string, { began: number; socket: Socket; timer: NodeJS.Timeout }>();
  let next = 0;
  let stagger: NodeJS.Timeout | undefined;

  const record = (address: string, outcome: ConnectAttempt["outcome"], code?: string): void => {
    const began = running.get(address)?.began ?? performance.now();
    attempts.push({
      address,
      family: isIP(address) === 6 ? 6 : 4,
      outcome,
      ...(code === undefined ? {} : { code }),
      milliseconds: Math.round((performance.now() - began) * 100) / 100,
    });
  };
  const leave = (address: string): void => {
    const attempt = running.get(address);
    clearTimeout(attempt?.timer);
    running.delete(address);
  };
  const finish = (socket?: Socket): void => {
    clearTimeout(stagger);
    signal.removeEventListener("abort", cut);
    for (const [address, attempt] of running) {
      attempt.socket.destroy();
      // Who had its time in silence was filtered, whoever ended the waiting.
      const silent = performance.now() - attempt.began >= attemptDelay;
      record(address, silent ? "filtered" : "untried");
      clearTimeout(attempt.timer);
    }
    for (const address of tried.slice(next)) record(address, "untried");
    next = tried.length;
    running.clear();
    resolve({
      ended: socket === undefined ? "failed" : "done",
      awaited: `a TCP connection to ${tried.map((a) => where(a, port)).join(" or ")}`,
      value: { ...(socket === undefined ? {} : { socket }), attempts },
    });
  };
  const cut = (): void => finish();
  const advance = (): void => {
    clearTimeout(stagger);
    if (next < tried.length) begin(tried[next++]!);
    else if (running.size === 0) finish();
  };
  const begin = (address: string): void => {
    const socket = connect({ host: address, port, noDelay: true });
    const timer = setTimeout(() => {
      socket.destroy();
      record(address, "filtered");
      leave(address);
      advance();
    }, patience);
    running.set(address, { began: performance.now(), socket, timer });
    stagger = setTimeout(advance, attemptDelay);
    const failed = (error: NodeJS.ErrnoException): void => {
      if (!running.has(address)) return;
      record(address, outcomeOf(error.code), error.code ?? error.message);
      leave(address);
      advance();
    };
    // Stays: a socket that loses the race may still fail, and an error nobody hears ends the process.
    socket.on("error", failed);
    socket.once("connect", () => {
      if (!running.has(address)) return;
      record(address, "connected");
      leave(address);
      finish(socket);
    });
  };

  signal.addEventListener("abort", cut);
  if (signal.aborted) finish();
  else advance();
  return promise;
};

/** "10.0.0.1:2379", "[::1]:2379" */
export const where = (address: string, port: number): string =>
  isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;

const outcomeOf = (code: string | undefined): ConnectAttempt["outcome"] => {
  switch (code) {
    case "ECONNREFUSED":
      return "refused";
    case "ECONNRESET":
      return "reset";
    case "ETIMEDOUT":
      return "filtered";
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EHOSTDOWN":
    case "ENETDOWN":
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT":
      return "unreachable";
    default:
      return "failed";
  }
};

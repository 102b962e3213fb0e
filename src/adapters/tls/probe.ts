import type { Socket } from "node:net";
import { isIP } from "node:net";
import { Duplex } from "node:stream";
import { connect } from "node:tls";
import { failure } from "../../core/errors/certwright-error.ts";
import { readFlight, type Flight } from "../../core/tls/flight.ts";
import { connectSocket } from "./connect-socket.ts";
import { openRecord } from "./open-record.ts";
import { resolveName } from "./resolve-name.ts";

export interface ProbeOptions {
  readonly host: string;
  readonly port: number;
  /** Sent as SNI; absent sends `host` unless that is an IP address (RFC 6066 section 3 forbids those). */
  readonly serverName?: string | undefined;
  /** PEM: a certificate with its chain, and its key. */
  readonly client?: { readonly certificate: string; readonly key: string } | undefined;
  /** Milliseconds for all of it: names, connection, handshake. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
}

export interface Probe {
  /** "TLSv1.3" */
  readonly version: string;
  /** DER, in the order sent: the server's own certificate first. */
  readonly chain: readonly Uint8Array[];
  readonly certificateRequested: boolean;
  /** DER of the distinguished names in the server's certificate request; empty when it names none. */
  readonly acceptableAuthorities: readonly Uint8Array[];
  /** The address that answered, "127.0.0.1" or "::1". */
  readonly address: string;
  /** Why the handshake did not complete although the certificate was seen: usually no client certificate. */
  readonly refusal: string | undefined;
}

/** What is kept of a server's bytes: far above the longest chain (Go refuses handshake messages over 64 KiB). */
const flightLimit = 256 * 1024;

/**
 * Shakes hands with a TLS server, verifying nothing, and gives what it sent: its chain in its own order,
 * whether it wants a client certificate, and from whom. Old versions and ciphers are accepted,
 * since they are there to be looked at. Throws connect.* when no certificate was seen.
 */
export const probe = async (options: ProbeOptions): Promise<Probe> => {
  const { host, port, deadline } = options;
  const target = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const started = performance.now();
  const left = () => deadline - (performance.now() - started);
  const addresses = await resolveName(host, deadline);
  const socket = await connectSocket(target, addresses, port, left);
  const address = socket.remoteAddress ?? addresses[0]!;
  const serverName = options.serverName ?? (isIP(host) === 0 ? host : undefined);
  const seen = await shakeHands(socket, serverName, options, left());
  const flight = flightOf(seen);
  const alert = flight.alerts.find(({ number }) => number !== 0);
  if (flight.chain !== undefined && flight.chain.length > 0) {
    return {
      version: flight.hello?.versionName ?? "unknown",
      chain: flight.chain,
      certificateRequested: flight.certificateRequest !== undefined,
      acceptableAuthorities: flight.certificateRequest?.authorities ?? [],
      address,
      refusal: alert === undefined ? seen.refusal : `alert ${alert.name} (${alert.number})`,
    };
  }
  if (alert !== undefined) {
    const words = `${alert.name} (${alert.number})`;
    throw failure("connect.alert", { target, alert: words, serverName });
  }
  if (seen.bytes.length > 0) {
    throw failure("connect.not-tls", { target, speaks: describe(seen.bytes) });
  }
  if (seen.timedOut) {
    const awaited = "the server's part of the TLS handshake";
    throw failure("connect.deadline", { target, awaited, milliseconds: deadline });
  }
  throw failure("connect.closed", { target });
};

interface Seen {
  readonly bytes: Uint8Array;
  readonly secret: Uint8Array | undefined;
  readonly refusal: string | undefined;
  readonly timedOut: boolean;
}

// Node shows neither the chain as sent nor the authorities a server accepts, so its bytes are read.
const flightOf = ({ bytes, secret }: Seen): Flight => {
  const cipherSuite = readFlight(bytes).hello?.cipherCode;
  if (cipherSuite === undefined || secret === undefined) return readFlight(bytes);
  return readFlight(bytes, (epoch, sequence, header, body) =>
    epoch === "handshake" ? openRecord(cipherSuite, secret, sequence, header, body) : undefined,
  );
};

const shakeHands = (
  socket: Socket,
  serverName: string | undefined,
  { client, signal }: ProbeOptions,
  milliseconds: number,
): Promise<Seen> => {
  const { promise, resolve } = Promise.withResolvers<Seen>();
  const chunks: Buffer[] = [];
  let secret: Uint8Array | undefined;
  const tls = connect({
    socket: tapped(socket, chunks),
    rejectUnauthorized: false,
    // gRPC servers in Go refuse clients that do not offer h2.
    ALPNProtocols: ["h2", "http/1.1"],
    minVersion: "TLSv1",
    ciphers: "DEFAULT@SECLEVEL=0",
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(client === undefined ? {} : { cert: client.certificate, key: client.key }),
  });
  const finish = (refusal: string | undefined, timedOut = false) => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", interrupted);
    tls.destroy();
    socket.destroy();
    resolve({ bytes: Buffer.concat(chunks), secret, refusal, timedOut });
  };
  const interrupted = () => finish("interrupted");
  const timer = setTimeout(
    () => finish("no end of the handshake", true),
    Math.max(1, milliseconds),
  );
  signal?.addEventListener("abort", interrupted);
  tls.on("keylog", (line: Buffer) => {
    const [label, , value] = line.toString("latin1").trim().split(" ");
    if (label === "SERVER_HANDSHAKE_TRAFFIC_SECRET") secret = Buffer.from(value ?? "", "hex");
  });
  tls.on("error", (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
  tls.on("close", () => finish("connection closed"));
  tls.on("secureConnect", () => finish(undefined));
  return promise;
};

// A stream in place of the socket, because TLS on a socket takes its bytes below JavaScript.
const tapped = (socket: Socket, chunks: Buffer[]): Duplex => {
  let kept = 0;
  const duplex = new Duplex({
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, done),
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on("data", (chunk: Buffer) => {
    if (kept < flightLimit) chunks.push(chunk);
    kept += chunk.length;
    if (!duplex.push(chunk)) socket.pause();
  });
  socket.on("end", () => duplex.push(null));
  socket.on("error", (error) => duplex.destroy(error));
  return duplex;
};

/** What a server that is no TLS server seems to be, from its first bytes. */
const describe = (bytes: Uint8Array): string => {
  const text = Buffer.from(bytes.subarray(0, 40)).toString("latin1");
  if (text.startsWith("HTTP/")) return "it answered in plain HTTP";
  if (text.startsWith("SSH-")) return "it is an SSH server";
  if (text.startsWith("220 ")) return "it is a mail or FTP server";
  if (bytes[0] === 22 && bytes[1] === 3) return "its handshake broke off before a certificate";
  const shown = text.replaceAll(/[^\x20-\x7e]/g, ".");
  return `its first bytes are "${shown}"`;
};

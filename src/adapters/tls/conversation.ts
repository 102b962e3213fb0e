import { Duplex } from "node:stream";
import { connect, type SecureContext, type TLSSocket } from "node:tls";
import { maxServerBytes } from "../../core/tls/budgets.ts";
import type { ConnectionEnd } from "../../core/tls/observation.ts";
import type { ServerSecrets } from "./record-protection.ts";

/** Application data that is kept: an HTTP head (nginx and Go's clients of it stop at 8 KiB to 10 KiB) and some body. */
export const maxData = 16_384;

export interface TlsOffer {
  readonly context: SecureContext;
  readonly servername: string | undefined;
  readonly alpn: readonly string[];
}

/**
 * One TCP connection whose every received byte is kept, with TLS on top of it when wanted. It only notes what
 * happens; who waits for something asks {@link until}. Nothing is thrown and nothing emitted.
 */
export class Conversation {
  sent = 0;
  received = 0;
  firstByteAt: number | undefined;
  /** The peer's end of the TCP connection. */
  end: ConnectionEnd | undefined;
  /** More came than is read; the connection is closed. */
  flooded = false;
  securedAt: number | undefined;
  error: { readonly code: string; readonly message: string } | undefined;
  /** The TLS layer came to its end, in whatever way. */
  over = false;
  tickets = 0;
  dataAt: number | undefined;
  secrets: ServerSecrets = {};

  readonly #socket: Duplex;
  readonly #now: () => number;
  readonly #chunks: Buffer[] = [];
  readonly #data: Buffer[] = [];
  #dataLength = 0;
  #tls: TLSSocket | undefined;
  #toTls: Duplex | undefined;
  /** Received octets that belong to the prologue and not to TLS. */
  #skipped = 0;
  readonly #waiting = new Set<() => void>();

  constructor(socket: Duplex, now: () => number) {
    this.#socket = socket;
    this.#now = now;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("end", () => this.#close({ how: "fin", at: now() }));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      this.#close({ how: "reset", at: now(), code: error.code ?? error.message }),
    );
  }

  get socket(): Duplex {
    return this.#socket;
  }

  get tls(): TLSSocket | undefined {
    return this.#tls;
  }

  /** Everything received since the connection was made. */
  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** What came before that: the answer to the prologue. When there was none, all there is. */
  prologueBytes(): Buffer {
    const all = this.bytes();
    return this.#skipped === 0 ? all : all.subarray(0, this.#skipped);
  }

  /** What the server has sent since TLS could begin. */
  serverBytes(): Buffer {
    return this.bytes().subarray(this.#skipped);
  }

  /** Octets of {@link data}; more may have come than is kept. */
  get dataLength(): number {
    return this.#tls === undefined ? this.received - this.#skipped : this.#dataLength;
  }

  /** Application data, or without TLS everything behind the prologue. */
  data(): Buffer {
    return this.#tls === undefined ? this.serverBytes() : Buffer.concat(this.#data);
  }

  /** Resolves when `condition` holds or the signal comes; it is asked after everything that happens. */
  until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const check = (): void => {
      if (!condition() && !signal.aborted) return;
      this.#waiting.delete(check);
      signal.removeEventListener("abort", check);
      resolve();
    };
    this.#waiting.add(check);
    signal.addEventListener("abort", check);
    check();
    return promise;
  }

  /** Whether the peer has proved to have the key of this certificate (DER). */
  peerIs(certificate: Uint8Array): boolean {
    const shown = this.#tls?.getPeerX509Certificate()?.raw;
    return this.securedAt !== undefined && shown !== undefined && shown.equals(certificate);
  }

  /** Everything received so far is not TLS. */
  skip(): void {
    this.#skipped = this.received;
  }

  write(bytes: Uint8Array): void {
    if (this.#tls === undefined) this.#send(bytes);
    else this.#tls.write(bytes);
  }

  startTls(offer: TlsOffer): void {
    this.#toTls = this.#stream();
    const tls = connect({
      socket: this.#toTls,
      secureContext: offer.context,
      rejectUnauthorized: false,
      // A stapled answer tells of revocation; it costs no connection.
      requestOCSP: true,
      ALPNProtocols: [...offer.alpn],
      ...(offer.servername === undefined ? {} : { servername: offer.servername }),
    });
    this.#tls = tls;
    tls.on("keylog", (line: Buffer) => this.#learn(line.toString("latin1")));
    tls.on("secureConnect", () => {
      this.securedAt = this.#now();
      this.#notify();
    });
    tls.on("session", () => {
      this.tickets += 1;
      this.#notify();
    });
    tls.on("data", (chunk: Buffer) => {
      this.dataAt ??= this.#now();
      if (this.#dataLength < maxData) this.#data.push(chunk);
      this.#dataLength += chunk.length;
      this.#notify();
    });
    tls.on("error", (error: NodeJS.ErrnoException) => {
      this.error ??= { code: error.code ?? "", message: error.message };
      this.#over();
    });
    tls.on("end", () => this.#over());
    tls.on("close", () => this.#over());
  }

  /** Leaves at once; nothing is left open. */
  destroy(): void {
    this.#tls?.destroy();
    this.#socket.destroy();
    this.#waiting.clear();
  }

  #notify(): void {
    for (const check of this.#waiting) check();
  }

  #over(): void {
    this.over = true;
    this.#notify();
  }

  #receive(chunk: Buffer): void {
    this.firstByteAt ??= this.#now();
    this.received += chunk.length;
    if (this.received > maxServerBytes) {
      this.flooded = true;
      this.#socket.destroy();
      this.#over();
      return;
    }
    this.#chunks.push(chunk);
    this.#toTls?.push(chunk);
    if (this.#tls === undefined) this.dataAt ??= this.#now();
    this.#notify();
  }

  #close(end: ConnectionEnd): void {
    this.end ??= end;
    // TLS has read all that came before and may still tell of an alert in it.
    if (this.#toTls !== undefined && !this.#toTls.readableEnded) this.#toTls.push(null);
    if (this.#tls === undefined) this.over = true;
    this.#notify();
  }

  #send(bytes: Uint8Array): void {
    this.sent += bytes.length;
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  /**
   * What TLS reads and writes in place of the socket, because on a socket it takes the bytes below JavaScript.
   * Its end is not the socket's: what arrives after TLS gave up is still worth seeing.
   */
  #stream(): Duplex {
    const stream = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        this.#send(chunk);
        // Not waiting for the socket: its failure would hide the alert that may lie unread before it.
        done();
      },
      final: (done) => done(),
    });
    stream.on("error", () => undefined);
    return stream;
  }

  /** A line of the NSS key log format: label, client random, secret. */
  #learn(line: string): void {
    const [label, , secret] = line.trim().split(" ");
    const bytes = Buffer.from(secret ?? "", "hex");
    if (label === "SERVER_HANDSHAKE_TRAFFIC_SECRET")
      this.secrets = { ...this.secrets, handshake: bytes };
    if (label === "SERVER_TRAFFIC_SECRET_0") this.secrets = { ...this.secrets, application: bytes };
  }
}

/** What lab cases are built from: certificates in files, real servers, misbehaving peers. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttp, type RequestListener } from "node:http";
import { createServer as createHttps, type ServerOptions } from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { connect, type Socket } from "node:net";
import { createServer as createTls, type TLSSocket } from "node:tls";
import { digests } from "../../../../src/adapters/crypto/node-digests.ts";
import { parseCertificate } from "../../../../src/core/x509/certificate.ts";
import { parseIp } from "../../../../src/core/x509/ip.ts";
import { purpose } from "../../../../src/core/x509/oids.ts";
import { writePem } from "../../../../src/core/x509/pem.ts";
import type { ExtensionsTemplate } from "../../../../src/core/model/template.ts";
import type { GeneralName } from "../../../../src/core/model/name.ts";
import { componentProgram } from "../../../../tools/components/cache.ts";
import { freePorts } from "../../../../src/adapters/etcd/free-ports.ts";
import { goProgram } from "../../../go/build.ts";
import * as workshop from "../../../path/workshop.ts";
import type { Entity, Wish } from "../../../path/workshop.ts";
import {
  behave,
  listen,
  options,
  startListening,
  startPrinting,
  type Printing,
} from "../../../tls/servers.ts";

export const hour = 3_600_000;
export const day = 24 * hour;

export interface EtcdWish {
  /** "etcd" is 3.6, "etcd-debian" 3.4. */
  readonly program?: "etcd" | "etcd-debian";
  readonly cert?: string;
  readonly key?: string;
  /** Sets --client-cert-auth too, unless `flags` say otherwise. */
  readonly clientCa?: string;
  readonly flags?: Readonly<Record<string, string>>;
  /** For clients and for peers, when `flags` must name them. */
  readonly ports?: readonly [client: number, peer: number];
}

export interface HttpsWish {
  readonly cert: string;
  readonly key: string;
  /** Demands client certificates of it. */
  readonly clientCa?: string;
  readonly options?: ServerOptions;
  /** In place of "ok". */
  readonly answer?: RequestListener;
}

/**
 * One situation's workshop. Whatever it starts and writes is gone after `close`.
 * Certificates are valid now, P-256, as they should be, but for what the wish says.
 */
export class Lab {
  readonly folder: string = mkdtempSync(join(tmpdir(), "certwright-lab-"));
  /** The clock of this situation. */
  readonly now: number = Date.now();
  readonly #running: { stop(): Promise<void> }[] = [];
  #files = 0;

  /** A CA; `issuer` in the wish makes it an intermediate. */
  ca(subject: string, wish: Omit<Wish, "subject"> = {}): Entity {
    return workshop.ca(subject, {
      notBefore: this.now - day,
      notAfter: this.now + 3650 * day,
      ...wish,
    });
  }

  /** {@link ca} or {@link server} without this extension. */
  static without(...names: readonly (keyof ExtensionsTemplate)[]): ExtensionsTemplate {
    return Object.fromEntries(names.map((name) => [name, undefined]));
  }

  /** A server's certificate for these names and addresses. */
  server(names: readonly string[], issuer: Entity, wish: Partial<Wish> = {}): Entity {
    return workshop.leaf([], issuer, {
      subject: `CN=${names[0] ?? "server"}`,
      ...this.valid(),
      ...wish,
      extensions: {
        extendedKeyUsage: [purpose.serverAuth, purpose.clientAuth],
        ...(names.length === 0 ? {} : { subjectAltName: names.map(generalName) }),
        ...wish.extensions,
      },
    });
  }

  /** A client's certificate. */
  client(name: string, issuer: Entity, wish: Partial<Wish> = {}): Entity {
    return workshop.leaf([], issuer, {
      subject: `CN=${name}`,
      ...this.valid(),
      ...wish,
      extensions: { extendedKeyUsage: [purpose.clientAuth], ...wish.extensions },
    });
  }

  valid(): { readonly notBefore: number; readonly notAfter: number } {
    return { notBefore: this.now - day, notAfter: this.now + 365 * day };
  }

  /** The same certificate with its last octet, which is the signature's, changed. */
  altered({ certificate, key }: Entity): Entity {
    const der = certificate.der.slice();
    der[der.length - 1] = der.at(-1)! ^ 1;
    return { certificate: parseCertificate(der, { digests, reading: "tolerant" }), key };
  }

  /** Writes a file of the situation and gives its absolute path. */
  write(name: string, content: string | Uint8Array, mode = 0o600): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { mode });
    chmodSync(path, mode);
    return path;
  }

  /** Certificates as one PEM file, in this order. */
  certificates(name: string, ...entities: readonly Entity[]): string {
    return this.write(name, pemOf(...entities), 0o644);
  }

  privateKey(name: string, { key }: Entity): string {
    return this.write(name, key.pem("pkcs8"));
  }

  /** NAME.crt with the chain behind it, and NAME.key. */
  pair(name: string, leaf: Entity, ...chain: readonly Entity[]): { cert: string; key: string } {
    return {
      cert: this.certificates(`${name}.crt`, leaf, ...chain),
      key: this.privateKey(`${name}.key`, leaf),
    };
  }

  /** Certificate and key as text, for servers in this process. */
  pemPair(leaf: Entity, ...chain: readonly Entity[]): { cert: string; key: string } {
    return { cert: pemOf(leaf, ...chain), key: leaf.key.pem("pkcs8") };
  }

  text(path: string): string {
    return readFileSync(path, "utf8");
  }

  /** A calicoctl.cfg; paths as they are given. */
  calicoctl(settings: {
    readonly endpoints: string;
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
  }): string {
    const lines = [
      "apiVersion: projectcalico.org/v3",
      "kind: CalicoAPIConfig",
      "metadata:",
      "spec:",
      '  datastoreType: "etcdv3"',
      `  etcdEndpoints: "${settings.endpoints}"`,
      ...(settings.ca === undefined ? [] : [`  etcdCACertFile: "${settings.ca}"`]),
      ...(settings.cert === undefined ? [] : [`  etcdCertFile: "${settings.cert}"`]),
      ...(settings.key === undefined ? [] : [`  etcdKeyFile: "${settings.key}"`]),
    ];
    this.#files += 1;
    return this.write(`calicoctl${this.#files}.cfg`, `${lines.join("\n")}\n`);
  }

  /** A real etcd; its client port, and its log by `said`. */
  async etcd(wish: EtcdWish): Promise<Printing> {
    const { program = "etcd", cert, key, clientCa, flags = {} } = wish;
    const [clientPort, peerPort] = wish.ports ?? (await freePorts(2));
    const scheme = cert === undefined ? "http" : "https";
    const client = `${scheme}://127.0.0.1:${clientPort}`;
    const peer = `http://127.0.0.1:${peerPort}`;
    return this.keep(
      await startPrinting(
        componentProgram(program, "etcd")!,
        options({
          "--name": "lab",
          "--data-dir": join(this.folder, `etcd-${clientPort}`),
          "--logger": "zap",
          "--listen-client-urls": client,
          "--advertise-client-urls": client,
          "--listen-peer-urls": peer,
          "--initial-advertise-peer-urls": peer,
          "--initial-cluster": `lab=${peer}`,
          ...(cert === undefined ? {} : { "--cert-file": cert }),
          ...(key === undefined ? {} : { "--key-file": key }),
          ...(clientCa === undefined
            ? {}
            : { "--trusted-ca-file": clientCa, "--client-cert-auth": "" }),
          ...flags,
        }),
        new RegExp(`serving client traffic .*127\\.0\\.0\\.1:(${clientPort})`),
      ),
    );
  }

  /** A Node server over TLS; answers "ok" and its Date to every request. */
  async https({ cert, key, clientCa, options: more = {}, answer }: HttpsWish): Promise<number> {
    const server = createHttps(
      {
        cert,
        key,
        ...(clientCa === undefined
          ? {}
          : { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
        ...more,
      },
      answer ?? ((_request, response) => response.end("ok\n")),
    );
    return this.keep(await listen(server)).port;
  }

  /** {@link https} with this certificate, its chain behind it, and its key. */
  serves(leaf: Entity, ...chain: readonly Entity[]): Promise<number> {
    return this.https({ cert: pemOf(leaf, ...chain), key: leaf.key.pem("pkcs8") });
  }

  /** {@link serves} by a machine whose clock shows another time. */
  async servesDated(leaf: Entity, at: number): Promise<number> {
    const server = createHttps(
      { cert: pemOf(leaf), key: leaf.key.pem("pkcs8") },
      (_request, response) => {
        response.setHeader("date", new Date(at).toUTCString());
        response.end("ok\n");
      },
    );
    return this.keep(await listen(server)).port;
  }

  /** {@link serves} of several certificates, another one at each connection, as behind a balancer. */
  async servesInTurn(...leaves: readonly Entity[]): Promise<number> {
    const contexts = leaves.map((leaf) => ({ cert: pemOf(leaf), key: leaf.key.pem("pkcs8") }));
    const server = createHttps(contexts[0]!, (_request, response) => response.end("ok\n"));
    let next = 0;
    // Node has taken the context of this connection already: its own listener was there first.
    server.on("connection", () => server.setSecureContext(contexts[++next % contexts.length]!));
    return this.keep(await listen(server)).port;
  }

  /** {@link serves} with this OCSP response (DER) stapled to it. */
  async servesStapled(leaf: Entity, staple: Uint8Array): Promise<number> {
    const server = createHttps(
      { cert: pemOf(leaf), key: leaf.key.pem("pkcs8") },
      (_request, response) => response.end("ok\n"),
    );
    server.on("OCSPRequest", (_certificate, _issuer, done) => done(null, Buffer.from(staple)));
    return this.keep(await listen(server)).port;
  }

  /** A revocation list of that CA as a PEM file, or as DER when the name ends so. */
  revocationList(
    name: string,
    issuer: Entity,
    revoked: readonly Entity[],
    dates: { readonly thisUpdate?: number; readonly nextUpdate?: number } = {},
  ): string {
    const { der } = workshop.crl(
      issuer,
      revoked.map(({ certificate }) => ({
        serial: certificate.serial,
        revokedAt: this.now - hour,
        reason: "keyCompromise" as const,
      })),
      { thisUpdate: this.now - day, nextUpdate: this.now + 7 * day, ...dates },
    );
    return this.write(name, name.endsWith(".der") ? der : writePem("X509 CRL", der), 0o644);
  }

  async http(): Promise<number> {
    return this.keep(await listen(createHttp((_request, response) => response.end("ok\n")))).port;
  }

  /** OpenSSL's own server on 127.0.0.1, answering HTTP; more arguments as a table, "" for one that stands alone. */
  async openssl(table: Readonly<Record<string, string>>): Promise<Printing> {
    return this.keep(
      await startPrinting(
        "openssl",
        ["s_server", ...options({ "-accept": "127.0.0.1:0", "-www": "", ...table })],
        /ACCEPT 127\.0\.0\.1:(\d+)/,
      ),
    );
  }

  /** {@link openssl} without HTTP: it takes commands by `type`, and prints what it is told. */
  async opensslTerminal(table: Readonly<Record<string, string>>): Promise<Printing> {
    return this.keep(
      await startPrinting(
        "openssl",
        ["s_server", ...options({ "-accept": "127.0.0.1:0", ...table })],
        /ACCEPT 127\.0\.0\.1:(\d+)/,
      ),
    );
  }

  /** A Go net/http server with HTTP/2 that demands client certificates of `clientCa`. */
  async go(cert: string, key: string, clientCa: string): Promise<Printing> {
    const program = goProgram("mtls");
    if ("missing" in program) throw new Error(program.missing);
    return this.keep(
      await startPrinting(program.path, [cert, key, clientCa], /127\.0\.0\.1:(\d+)/),
    );
  }

  /** A Go net/http server that has its certificate for one server name only, "-" for none; else its callback fails. */
  async goByName(name: string): Promise<Printing & { readonly caFile: string }> {
    const program = goProgram("by-name");
    if ("missing" in program) throw new Error(program.missing);
    const ca = this.ca("CN=lab");
    const { cert, key } = this.pair("server", this.server(["localhost", "127.0.0.1"], ca));
    const caFile = this.certificates("ca.crt", ca);
    const args = [cert, key, name];
    return { caFile, ...this.keep(await startPrinting(program.path, args, /127\.0\.0\.1:(\d+)/)) };
  }

  /** Any program that prints 127.0.0.1:PORT once it listens. */
  async runs(program: string, ...args: readonly string[]): Promise<Printing> {
    return this.keep(await startPrinting(program, args, /127\.0\.0\.1:(\d+)/));
  }

  /** A real nginx; `listen` stands behind the address ("ssl proxy_protocol"), `more` in its server block. */
  async nginx(leaf: Entity, listening: string, more = ""): Promise<number> {
    const [port] = await freePorts(1);
    const { cert, key } = this.pair(`nginx-${port}`, leaf);
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (name) => `${name}_temp_path ${join(this.folder, name)};`,
    );
    const config = this.write(
      `nginx-${port}.conf`,
      `daemon off; master_process off; pid ${join(this.folder, "nginx.pid")};
error_log ${join(this.folder, "nginx.log")} info;
events { worker_connections 64; }
http {
  access_log off; ${temporary.join(" ")}
  server {
    listen 127.0.0.1:${port} ${listening};
    ssl_certificate ${cert}; ssl_certificate_key ${key};
    ${more}
    return 200 "ok\\n";
  }
}
`,
    );
    const program = componentProgram("nginx", "nginx")!;
    return this.keep(await startListening(program, ["-p", this.folder, "-c", config], port!)).port;
  }

  /** A TCP peer that does what it is told with every connection. */
  async tcp(behaviour: (socket: Socket) => void): Promise<number> {
    return this.keep(await behave(behaviour)).port;
  }

  /** A TLS server below HTTP: what happens behind the handshake is up to `behaviour`. */
  async tls(leaf: Entity, behaviour: (socket: TLSSocket) => void): Promise<number> {
    const server = createTls({ cert: pemOf(leaf), key: leaf.key.pem("pkcs8") }, (socket) => {
      socket.on("error", () => undefined);
      behaviour(socket);
    });
    return this.keep(await listen(server)).port;
  }

  /** A program of Node, as text; it prints "port N" once it listens. */
  async program(source: string): Promise<Printing> {
    return this.keep(await startPrinting(process.execPath, ["-e", source], /port (\d+)/));
  }

  /** A relay to another port; what a client says first may be changed on the way, or ends it. */
  async relay(to: number, change: (bytes: Buffer) => Buffer | undefined): Promise<number> {
    return this.tcp((socket) => {
      socket.once("data", (first) => {
        const passed = change(first);
        if (passed === undefined) return socket.end();
        const server = connect({ host: "127.0.0.1", port: to });
        server.on("error", () => socket.destroy());
        socket.on("close", () => server.destroy());
        server.write(passed);
        socket.pipe(server).pipe(socket);
      });
    });
  }

  /** A port of 127.0.0.1 on which nothing listens. */
  async closedPort(): Promise<number> {
    const [port] = await freePorts(1);
    return port!;
  }

  /** What is stopped when the situation is over. */
  keep<R extends { stop(): Promise<void> }>(running: R): R {
    this.#running.push(running);
    return running;
  }

  async close(): Promise<void> {
    await Promise.all(this.#running.map((one) => one.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const pemOf = (...entities: readonly Entity[]): string =>
  entities.map(({ certificate }) => writePem("CERTIFICATE", certificate.der)).join("");

/** "10.0.0.1" as an address, "spiffe://…" as a URI, all else as a DNS name. */
const generalName = (value: string): GeneralName => {
  const bytes = parseIp(value);
  if (bytes !== undefined) return { kind: "ip", bytes, value };
  return { kind: value.includes("://") ? "uri" : "dns", value };
};

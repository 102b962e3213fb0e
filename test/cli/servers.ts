import { readFileSync } from "node:fs";
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
  type Socket,
} from "node:net";
import { createServer as createTlsServer } from "node:tls";

export interface RunningServer {
  readonly port: number;
  stop(): void;
}

const answers: Readonly<Record<string, (socket: Socket) => void>> = {
  silent: () => {},
  closing: (socket) => socket.destroy(),
  http: (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
  ssh: (socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n"),
  // A fatal unrecognized_name.
  alert: (socket) => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 112])),
};

/**
 * A server on 127.0.0.1 for a script to look at. "tls" and "mtls" take the files of a certificate (with chain),
 * a key and, for "mtls", the CA of its clients; the others misbehave as their name says.
 */
export const startServer = async (
  kind: string,
  files: readonly string[],
): Promise<RunningServer> => {
  const sockets = new Set<Socket>();
  const server = makeServer(kind, files);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};

const makeServer = (kind: string, files: readonly string[]): Server => {
  if (kind === "tls" || kind === "mtls") {
    const [cert, key, ca] = files.map((file) => readFileSync(file));
    const server = createTlsServer({
      cert,
      key,
      ...(ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: true }),
    });
    server.on("tlsClientError", () => {});
    return server;
  }
  const answer = answers[kind];
  if (answer === undefined) throw new Error(`no server is called ${kind}`);
  return createTcpServer(answer);
};

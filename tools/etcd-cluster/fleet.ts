import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { createServer, type SecureContextOptions, type Server } from "node:tls";
import type { EtcdCluster, EtcdMember } from "../../src/core/model/estate.ts";
import { memberPaths } from "../../src/engine/etcd/layout.ts";

/** What stands in for etcd where none can be had: no database, but the same two TLS ports a member. */
export interface Fleet {
  stop(): Promise<void>;
}

/** An empty HTTP/2 SETTINGS frame (RFC 9113 section 6.5): what a server of etcd's kind says to whom it accepts. */
const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);

/** A client that says nothing has this long; etcd's own limit is Go's, which has none. */
const handshakeDeadline = 5000;

interface Port {
  readonly port: number;
  readonly certificate: string;
  readonly key: string;
  readonly trust: string;
}

const portsOf = (member: EtcdMember): readonly Port[] => {
  const paths = memberPaths(member);
  return [
    {
      port: member.clientPort,
      certificate: paths.serverCertificate,
      key: paths.serverKey,
      trust: paths.clientTrust,
    },
    {
      port: member.peerPort,
      certificate: paths.peerCertificate,
      key: paths.peerKey,
      trust: paths.peerTrust,
    },
  ];
};

/**
 * Listens where the members of a cluster written in place would, with their files and their way of reloading:
 * certificate and key are read at every handshake, the trusted CAs once at the start (src/programs/etcd/slots.ts).
 */
export const startFleet = async (cluster: EtcdCluster): Promise<Fleet> => {
  const open = new Set<Socket>();
  const servers = await Promise.all(
    cluster.members.flatMap((member) => {
      const host = member.node.addresses[0]!.value;
      return portsOf(member).map((port) => listen(host, port, open));
    }),
  );
  return {
    stop: async () => {
      for (const socket of open) socket.destroy();
      await Promise.all(
        servers.map((server) => {
          const { promise, resolve } = Promise.withResolvers<void>();
          server.close(() => resolve());
          return promise;
        }),
      );
    },
  };
};

const listen = async (host: string, port: Port, open: Set<Socket>): Promise<Server> => {
  const ca = readFileSync(port.trust);
  const context = (): SecureContextOptions => ({
    cert: readFileSync(port.certificate),
    key: readFileSync(port.key),
    ca,
    minVersion: "TLSv1.2",
  });
  const server = createServer({
    ...context(),
    requestCert: true,
    rejectUnauthorized: true,
    ALPNProtocols: ["h2"],
    handshakeTimeout: handshakeDeadline,
  });
  // Before the server's own listener, which takes the context that is set.
  server.prependListener("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    try {
      server.setSecureContext(context());
    } catch {
      // Files that are no pair at this moment: etcd fails such a handshake too.
      socket.destroy();
    }
  });
  // Only clients whose certificate verifies come here; the others are closed without a word.
  server.on("secureConnection", (tls) => {
    tls.on("error", () => tls.destroy());
    tls.write(settings);
    tls.resume();
  });
  server.on("tlsClientError", (_error, tls) => tls.destroy());
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(port.port, host, resolve);
  await promise;
  return server;
};

import type { EtcdVersion } from "../../core/model/estate.ts";
import type { SettingName } from "./settings.ts";

/** A place where etcd holds certificates, and when it looks at it again. */
export interface EtcdSlot {
  readonly id: "server" | "peer" | "client-trust" | "peer-trust";
  /** What it is, in words. */
  readonly title: string;
  readonly flags: readonly SettingName[];
  /** The port where a handshake meets it. */
  readonly port: "client" | "peer";
  /** "handshake": a new file is served to the next connection; "start": only a restart reads it. */
  readonly reload: "handshake" | "start";
  readonly source: string;
}

/** Of which real programs what follows was tried at each run of test/real/reload, of 3.7 at night; of 3.5 the sources were read. */
export const probedVersions: readonly EtcdVersion[] = ["3.4", "3.6", "3.7"];

/** What a member's two ports answer in, to a client whose certificate it accepts. */
export const ports = {
  client: { http: 2 },
  /**
   * 3.4 and 3.5 hand a connection that begins with HTTP/2's preface to a gRPC server which expects TLS once more, and
   * close it (server/embed/etcd.go, servePeers: v3rpc.Server with the peers' TLS behind cmux.HTTP2()).
   */
  peer: { http: 1 },
} as const;

/** The same from 3.4 to 3.6: read in the sources of 3.4.23 and 3.6.16, probed on both and on 3.7.3 (test/real/reload). */
export const slots: readonly EtcdSlot[] = [
  {
    id: "server",
    title: "what a member shows to clients",
    flags: ["cert-file", "key-file"],
    port: "client",
    reload: "handshake",
    source: "client/pkg/v3/transport/listener.go, ServerConfig: GetCertificate reads the files",
  },
  {
    id: "peer",
    title: "what a member shows to members, as server and as client",
    flags: ["peer-cert-file", "peer-key-file"],
    port: "peer",
    reload: "handshake",
    source:
      "client/pkg/v3/transport/listener.go, baseConfig: GetCertificate and GetClientCertificate",
  },
  {
    id: "client-trust",
    title: "whom a member accepts as a client",
    flags: ["trusted-ca-file"],
    port: "client",
    reload: "start",
    source: "client/pkg/v3/transport/listener.go, ServerConfig: NewCertPool once; etcd#11555",
  },
  {
    id: "peer-trust",
    title: "whom a member accepts as a member",
    flags: ["peer-trusted-ca-file"],
    port: "peer",
    reload: "start",
    source: "client/pkg/v3/transport/listener.go, ServerConfig: NewCertPool once; etcd#11555",
  },
];

import type { Client } from "@grpc/grpc-js";
import { isIP } from "node:net";
import { checkServerIdentity, createSecureContext } from "node:tls";
import type { EtcdCredentials, EtcdEndpoint } from "../../ports/etcd.ts";

/** The library, loaded by whoever dials: it costs 90 ms and most commands never speak to etcd. */
export type Grpc = typeof import("@grpc/grpc-js");

/** A client of one member, which connects with its first call. `options` are further ones of the library. */
export const dial = (
  grpc: Grpc,
  { host, port, name = host }: EtcdEndpoint,
  credentials: EtcdCredentials,
  options: Readonly<Record<string, string | number>> = {},
): Client =>
  new grpc.Client(
    `${isIP(host) === 6 ? `[${host}]` : host}:${port}`,
    grpc.credentials.createFromSecureContext(
      createSecureContext({
        ca: credentials.ca,
        ...(credentials.key === undefined ? {} : { key: credentials.key }),
        ...(credentials.certificate === undefined ? {} : { cert: credentials.certificate }),
        // As Go has it, whatever is in the bundle is trusted, be it a root or not.
        allowPartialTrustChain: true,
      }),
      // Node's own check, of the name that was asked for.
      { checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate) },
    ),
    {
      ...options,
      // The library would send an IP address as SNI, which RFC 6066 section 3 forbids and Node warns of. etcd ignores SNI.
      ...(isIP(host) === 0 ? {} : { "grpc.ssl_target_name_override": "etcd.invalid" }),
    },
  );

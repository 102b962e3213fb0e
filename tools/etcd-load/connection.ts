import { readFileSync } from "node:fs";
import * as grpc from "@grpc/grpc-js";
import { dial } from "../../src/adapters/etcd/dial.ts";
import { KVService, WatchService } from "../../src/adapters/etcd/generated/etcd/rpc.ts";
import type { WatchRequest, WatchResponse } from "../../src/adapters/etcd/generated/etcd/rpc.ts";

/** A member as its clients know it. */
export interface Endpoint {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Paths of what a client shows and of what it trusts. */
export interface ClientFiles {
  readonly certificate: string;
  readonly key: string;
  readonly trust: string;
}

export type Answer =
  /** `revision`: of the key's last change. */
  | { readonly ok: true; readonly revision: bigint; readonly value?: string }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      /** The connection was never made, so the member cannot have seen the request. */
      readonly unsent: boolean;
    };

/** One connection to one member, with the files as they were when it was made. */
export interface Connection {
  readonly endpoint: Endpoint;
  put(key: string, value: string, deadline: number): Promise<Answer>;
  /** Linearizable: a quorum answers for it. */
  get(key: string, deadline: number): Promise<Answer>;
  watch(): grpc.ClientDuplexStream<WatchRequest, WatchResponse>;
  /** Whether the next request would use the connection that is there. */
  isReady(): boolean;
  close(): void;
}

const text = new TextEncoder();

/** grpc-js says so of a call that found no connection and could make none (load-balancer-pick-first.ts). */
const isUnsent = (message: string): boolean => message.startsWith("No connection established");

/**
 * Reads the files now. The library itself repeats only what a member has certainly not begun (a refused stream, a
 * stream behind GOAWAY), as Go's does; every other repetition is the caller's.
 */
export const connect = (endpoint: Endpoint, files: ClientFiles): Connection => {
  const client = dial(
    grpc,
    { host: endpoint.host, port: endpoint.port },
    {
      ca: readFileSync(files.trust, "utf8"),
      certificate: readFileSync(files.certificate, "utf8"),
      key: readFileSync(files.key, "utf8"),
    },
    // Otherwise two clients with the same files would share one connection.
    { "grpc.use_local_subchannel_pool": 1 },
  );
  const answer = <Response>(
    resolve: (answer: Answer) => void,
    read: (response: Response) => Answer,
  ): grpc.requestCallback<Response> => {
    return (error, response) => {
      if (error === null && response !== undefined) resolve(read(response));
      else {
        const code = error === null ? "UNKNOWN" : (grpc.status[error.code] ?? "UNKNOWN");
        const message = error?.details ?? "";
        resolve({ ok: false, code, message, unsent: isUnsent(message) });
      }
    };
  };
  return {
    endpoint,
    put: (key, value, deadline) => {
      const { promise, resolve } = Promise.withResolvers<Answer>();
      const { path, requestSerialize, responseDeserialize } = KVService.put;
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        { key: text.encode(key), value: text.encode(value) },
        new grpc.Metadata(),
        { deadline },
        answer(resolve, ({ header }) => ({ ok: true, revision: header?.revision ?? 0n })),
      );
      return promise;
    },
    get: (key, deadline) => {
      const { promise, resolve } = Promise.withResolvers<Answer>();
      const { path, requestSerialize, responseDeserialize } = KVService.range;
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        {
          key: text.encode(key),
          rangeEnd: new Uint8Array(),
          limit: 0n,
          // The newest.
          revision: 0n,
          serializable: false,
          keysOnly: false,
          countOnly: false,
        },
        new grpc.Metadata(),
        { deadline },
        answer(resolve, ({ header, kvs }) => ({
          ok: true,
          revision: kvs[0]?.modRevision ?? header?.revision ?? 0n,
          ...(kvs[0] === undefined ? {} : { value: Buffer.from(kvs[0].value).toString() }),
        })),
      );
      return promise;
    },
    watch: () => {
      const { path, requestSerialize, responseDeserialize } = WatchService.watch;
      return client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    },
    isReady: () => client.getChannel().getConnectivityState(false) === grpc.connectivityState.READY,
    close: () => client.close(),
  };
};

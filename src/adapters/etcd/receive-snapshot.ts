import type { ClientReadableStream, ServiceError } from "@grpc/grpc-js";
import { createHash } from "node:crypto";

import type { EtcdAnswer, EtcdSnapshot, SnapshotSink } from "../../ports/etcd.ts";
import type { SnapshotResponse } from "./generated/etcd/rpc.ts";

/** The checksum behind the database (server/etcdserver/api/v3rpc/maintenance.go, Snapshot; 3.4 to 3.6 alike). */
const DIGEST_BYTES = 32;

/**
 * Takes a snapshot's stream to its end. `deadline` in milliseconds is for each next piece, without the time that the
 * sink takes; `statusName` is the name of a gRPC status. Throws what the sink throws, and ends the call then.
 */
export const receiveSnapshot = async (
  call: ClientReadableStream<SnapshotResponse>,
  sink: SnapshotSink,
  deadline: number,
  statusName: (code: number) => string,
): Promise<EtcdAnswer<EtcdSnapshot>> => {
  let late = false;
  const startWaiting = (): NodeJS.Timeout =>
    setTimeout(() => {
      late = true;
      call.cancel();
    }, deadline);
  let timer = startWaiting();
  const sum = createTrailingSum();
  let bytes = 0;
  let sinking = false;
  try {
    for await (const { blob } of call as AsyncIterable<SnapshotResponse>) {
      clearTimeout(timer);
      sum.add(blob);
      bytes += blob.length;
      sinking = true;
      await sink(blob);
      sinking = false;
      timer = startWaiting();
    }
  } catch (error) {
    call.cancel();
    if (sinking) throw error;
    if (late) {
      const message = `nothing more of the snapshot came within ${deadline} ms, after ${bytes} bytes`;
      return { ok: false, code: "DEADLINE_EXCEEDED", message };
    }
    const { code, details } = error as Partial<ServiceError>;
    return { ok: false, code: statusName(code ?? 2), message: details ?? String(error) };
  } finally {
    clearTimeout(timer);
  }
  const sha256 = sum.verified();
  if (sha256 !== undefined) return { ok: true, value: { bytes, sha256 } };
  const message = `the snapshot of ${bytes} bytes does not match the checksum at its end`;
  return { ok: false, code: "DATA_LOSS", message };
};

/** SHA-256 over all but the last 32 bytes, which should be it. */
const createTrailingSum = () => {
  const hash = createHash("sha256");
  let tail: Uint8Array = new Uint8Array(0);
  return {
    add: (piece: Uint8Array): void => {
      const all = piece.length >= DIGEST_BYTES ? piece : Buffer.concat([tail, piece]);
      if (all === piece) hash.update(tail);
      const end = Math.max(0, all.length - DIGEST_BYTES);
      hash.update(all.subarray(0, end));
      // A copy: the piece's memory is the connection's.
      tail = all.slice(end);
    },
    verified: (): string | undefined => {
      const digest = hash.digest();
      return tail.length === DIGEST_BYTES && digest.equals(tail)
        ? digest.toString("hex")
        : undefined;
    },
  };
};

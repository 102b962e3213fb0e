import { readVarint } from "../data/protobuf.ts";

/** How much of a log's file is looked at: its first two records are shorter than a hundred octets. */
export const walHeadBytes = 256;

export interface WalHead {
  /** Hexadecimal, as etcd's log and etcdctl write them. */
  readonly memberId: string;
  readonly clusterId: string;
}

/** server/storage/wal/wal.go: metadataType, crcType. */
const metadata = 1;
const checksum = 4;

/**
 * Of which member of which cluster a log is, by what its file begins with: a record with a checksum, then one with etcd's
 * own metadata (server/storage/wal/wal.go: Create, cut). Each stands behind its length, eight octets, little-endian, the
 * highest of which has the padding (encoder.go: encodeFrameSize). Undefined: it is no such file.
 */
export const readWalHead = (bytes: Uint8Array): WalHead | undefined => {
  let at = 0;
  for (const wanted of [checksum, metadata]) {
    if (at + frameBytes > bytes.length) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, frameBytes);
    const length = view.getUint32(0, true);
    const padding = (bytes[at + 7]! & 0x80) === 0 ? 0 : bytes[at + 7]! & 0x07;
    const record = bytes.subarray(at + frameBytes, at + frameBytes + length);
    const read = recordIn(record);
    if (read?.type !== wanted || record.length < length) return undefined;
    if (wanted === metadata) return headIn(read.data);
    at += frameBytes + length + padding;
  }
  return undefined;
};

const frameBytes = 8;

/** walpb.Record: type 1, crc 2, data 3. */
const recordIn = (
  bytes: Uint8Array,
): { readonly type: number; readonly data: Uint8Array } | undefined => {
  const type = bytes[0] === 0x08 ? readVarint(bytes, 1) : undefined;
  if (type === undefined || bytes[type.next] !== 0x10) return undefined;
  const crc = readVarint(bytes, type.next + 1);
  if (crc === undefined) return undefined;
  if (bytes[crc.next] !== 0x1a) return { type: type.value, data: new Uint8Array() };
  const length = readVarint(bytes, crc.next + 1);
  if (length === undefined) return undefined;
  return { type: type.value, data: bytes.subarray(length.next, length.next + length.value) };
};

/** etcdserverpb.Metadata: NodeID 1, ClusterID 2. */
const headIn = (data: Uint8Array): WalHead | undefined => {
  const member = data[0] === 0x08 ? readId(data, 1) : undefined;
  if (member === undefined || data[member.next] !== 0x10) return undefined;
  const cluster = readId(data, member.next + 1);
  return cluster === undefined ? undefined : { memberId: member.id, clusterId: cluster.id };
};

/** Ids have 64 bits, which a number has not. */
const readId = (
  bytes: Uint8Array,
  start: number,
): { readonly id: string; readonly next: number } | undefined => {
  let id = 0n;
  for (let at = start, shift = 0n; at < bytes.length && shift < 70n; at++, shift += 7n) {
    id |= BigInt(bytes[at]! & 0x7f) << shift;
    if ((bytes[at]! & 0x80) === 0) return { id: BigInt.asUintN(64, id).toString(16), next: at + 1 };
  }
  return undefined;
};

/** How many bytes of a page `boltFault` looks at: its head and the meta that follows. */
export const boltMetaBytes = 80;

/** Pages are as large as the operating system's were where the file was made. */
export const boltPageSizes = [4096, 16_384, 65_536] as const;

interface Meta {
  readonly pageSize: number;
  /** The first page number that was never given out. */
  readonly pages: bigint;
  readonly transaction: bigint;
}

/**
 * What keeps etcd from opening this database, in words; undefined: it would open it. As bbolt's own Open judges
 * (db.go, internal/common/meta.go): one of the two metas has to be whole, and no page may lie behind the file's end.
 * `first` is where the file begins, `seconds` where each of `boltPageSizes` would have its second page.
 */
export const boltFault = (
  bytes: number,
  first: Uint8Array,
  seconds: readonly Uint8Array[],
): string | undefined => {
  const newest = newestOf([first, ...seconds]);
  if (newest === undefined) return "neither of its two heads is whole";
  const needed = newest.pages * BigInt(newest.pageSize);
  if (BigInt(bytes) >= needed) return undefined;
  return `it ends after ${bytes} bytes, and has pages up to ${needed}`;
};

/** Number of the last transaction that is whole; undefined: it has no head that is. */
export const boltTransaction = (pages: readonly Uint8Array[]): bigint | undefined =>
  newestOf(pages)?.transaction;

const newestOf = (pages: readonly Uint8Array[]): Meta | undefined =>
  pages
    .flatMap((one) => metaOf(one) ?? [])
    .toSorted((a, b) => (a.transaction < b.transaction ? 1 : -1))[0];

const magic = 0xed0c_daed;
const version = 2;
const headBytes = 16;
/** Everything before the checksum. */
const summed = 56;

const metaOf = (page: Uint8Array): Meta | undefined => {
  if (page.length < headBytes + summed + 8) return undefined;
  const view = new DataView(page.buffer, page.byteOffset + headBytes, summed + 8);
  if (view.getUint32(0, true) !== magic || view.getUint32(4, true) !== version) return undefined;
  const sum = fnv64a(page.subarray(headBytes, headBytes + summed));
  if (view.getBigUint64(summed, true) !== sum) return undefined;
  return {
    pageSize: view.getUint32(8, true),
    pages: view.getBigUint64(40, true),
    transaction: view.getBigUint64(48, true),
  };
};

/** draft-eastlake-fnv: FNV-1a of 64 bits. */
const fnv64a = (bytes: Uint8Array): bigint => {
  let hash = 0xcbf2_9ce4_8422_2325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100_0000_01b3n);
  return hash;
};

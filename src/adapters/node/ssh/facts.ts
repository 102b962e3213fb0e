import type { Instant } from "../../../core/model/certificate.ts";
import type { Digest } from "../../../core/model/inventory.ts";
import type { NodeFileFacts } from "../../../ports/node.ts";

/** A line of `stat`, in the format of the scripts. */
export interface Stat extends Omit<NodeFileFacts, "digest"> {
  /** "is a directory" and the like; undefined for a regular file. */
  readonly kind: string | undefined;
}

/** The type bits of a mode (inode(7)). */
const kinds: Readonly<Record<number, string>> = {
  0x1: "is a FIFO",
  0x2: "is a character device",
  0x4: "is a directory",
  0x6: "is a block device",
  0xc: "is a socket",
};

/** "2026-11-23 03:41:12.123456789 +0000", always in UTC: the scripts set TZ. */
const readTime = (day: string, time: string): Instant => {
  const [whole, fraction = ""] = time.split(".");
  return Date.parse(`${day}T${whole}Z`) + Math.trunc(Number(`0.${fraction}`) * 1000);
};

export const readStat = (line: string): Stat | undefined => {
  const [raw, size, uid, gid, day, time] = line.trim().split(" ");
  if (raw === undefined || day === undefined || time === undefined) return undefined;
  const mode = Number.parseInt(raw, 16);
  const kind = mode >> 12 === 0x8 ? undefined : (kinds[mode >> 12] ?? "is something else");
  const [size_, uid_, gid_] = [Number(size), Number(uid), Number(gid)];
  return {
    kind,
    mode: mode & 0o7777,
    size: size_,
    uid: uid_,
    gid: gid_,
    changedAt: readTime(day, time),
  };
};

export const factsOf = (stat: Stat, digest: string): NodeFileFacts => {
  const { size, mode, uid, gid, changedAt } = stat;
  return { digest: digest as Digest, size, mode, uid, gid, changedAt };
};

/** "1700000000.123456789", or what `stat` prints of a time. */
export const readNow = (text: string): Instant => {
  const [first = "", second] = text.trim().split(" ");
  return second === undefined ? Math.trunc(Number(first) * 1000) : readTime(first, second);
};

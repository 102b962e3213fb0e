import { parseTimestamp } from "../issuance/timestamp.ts";
import type { Instant } from "../model/certificate.ts";

/**
 * Which of the files in an audit log's folder have records from `since` on: the log itself, and what was set aside
 * later than that. kube-apiserver names those NAME-2026-11-23T11-00-00.000.EXT after the moment at which it set them
 * aside, in UTC (natefinch/lumberjack v2, backupName), and adds ".gz" where it compresses them.
 */
export const logFiles = (
  log: string,
  present: readonly string[],
  since: Instant,
): { readonly files: readonly string[]; readonly compressed: readonly string[] } => {
  const slash = log.lastIndexOf("/") + 1;
  const name = log.slice(slash);
  const dot = name.lastIndexOf(".");
  const [stem, extension] = dot < 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot)];
  const setAside = present
    .flatMap((path) => {
      const one = path.slice(path.lastIndexOf("/") + 1);
      if (!one.startsWith(`${stem}-`)) return [];
      const plain = one.endsWith(".gz") ? one.slice(0, -3) : one;
      if (!plain.endsWith(extension)) return [];
      const words = plain.slice(stem.length + 1, plain.length - extension.length);
      const match = /^(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2}\.\d{3})$/.exec(words);
      if (match === null) return [];
      const at = parseTimestamp(`${match[1]}T${match[2]}:${match[3]}:${match[4]}Z`);
      return at !== undefined && at >= since ? [`${log.slice(0, slash)}${one}`] : [];
    })
    .toSorted();
  return {
    files: [...setAside.filter((path) => !path.endsWith(".gz")), log],
    compressed: setAside.filter((path) => path.endsWith(".gz")),
  };
};

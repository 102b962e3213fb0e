import type { StoredBackup } from "../../ports/backups.ts";
import { formatInstant } from "../../core/x509/time.ts";

/** One word for how much a backup was shown to be worth. */
export const verdictOf = ({ verification }: StoredBackup): string => {
  switch (verification?.verdict) {
    case undefined:
      return "not verified";
    case "restored":
      return "restored and compared";
    case "readable":
      return "readable, not restored";
    case "damaged":
      return "DAMAGED";
  }
};

/** For `-o json`. */
export const backupData = (backup: StoredBackup) => {
  const { manifest, path, verification } = backup;
  const { format, createdAt, ...rest } = manifest;
  return {
    ...rest,
    format,
    createdAt: formatInstant(createdAt),
    path,
    ...(verification === undefined
      ? {}
      : { verification: { ...verification, at: formatInstant(verification.at) } }),
  };
};

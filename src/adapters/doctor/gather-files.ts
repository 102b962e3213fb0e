import type { FileRole } from "../../core/diagnosis/file-evidence.ts";
import type { Part, Surroundings } from "./part.ts";

/** Certificate and key files named on the command line, without a server to try them on. */
export const gatherFiles = (
  paths: readonly string[],
  { evidence, options }: Surroundings,
): Part => {
  for (const path of paths) evidence.file(path, "other", { file: "command line" });
  const flags: readonly (readonly [string | undefined, FileRole, string])[] = [
    [options.ca, "client-ca", "--ca"],
    [options.cert, "client-certificate", "--cert"],
    [options.key, "client-key", "--key"],
    [options.crl, "crl", "--crl"],
    [options.serverCert, "server-certificate", "--server-cert"],
  ];
  for (const [path, role, field] of flags)
    if (path !== undefined) evidence.file(path, role, { file: "command line", field });
  return { kind: "files", configs: [], connections: [], blind: [] };
};

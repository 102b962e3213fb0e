import { signReport } from "../../adapters/report/report-key.ts";
import { writeReport, writeSignature, type RunFolder } from "../../adapters/runs/run-folder.ts";
import type { Sealer } from "../../adapters/keystore/file.ts";
import type { RunReport } from "../../core/run/report.ts";

/** Writes a run's report and signs it; gives its path. Throws file.*, keystore.*. */
export const keepReport = async (
  directory: string,
  folder: RunFolder,
  report: RunReport,
  sealer: Pick<Sealer, "seal" | "unseal">,
): Promise<string> => {
  const { path, bytes } = writeReport(folder, report);
  writeSignature(folder, await signReport(directory, sealer, bytes));
  return path;
};

import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { failure, isFailure } from "../../core/errors/certwright-error.ts";
import type { Instant } from "../../core/model/certificate.ts";
import type { Plan } from "../../core/model/plan.ts";
import type { RunReport } from "../../core/run/report.ts";
import { formatInstant } from "../../core/x509/time.ts";
import { createFile, replaceFile } from "../files/create.ts";
import { fileFailure } from "../files/errno.ts";
import { fileSystem, isMissing } from "../files/file-system.ts";
import { syncFolders } from "../files/stage.ts";
import { createSystemRandom } from "../random/system-random.ts";
import { readFileBounded } from "../files/read.ts";
import { longest as longestReport, readOwnFile } from "./own-file.ts";

// DIR/runs/RUN/: plan.json, run.json, journal.jsonl, requests/, and at the end report.json with its signature report.json.sig.

/** What a run needs to know besides its plan, when another process goes on with it. */
export interface RunSettings {
  readonly format: "certwright.run/1";
  /** Absolute path of the estate file it was started with. */
  readonly estate: string;
}

export interface RunFolder {
  readonly run: string;
  readonly path: string;
  readonly journal: string;
  readonly requests: string;
}

export const runFolder = (directory: string, run: string): RunFolder => {
  const path = join(directory, "runs", run);
  return { run, path, journal: join(path, "journal.jsonl"), requests: join(path, "requests") };
};

/** "20261123-035512-4f2a": sorts by time. */
export const newRunName = (now: Instant): string => {
  const time = formatInstant(now).replaceAll(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `${time}-${Buffer.from(createSystemRandom().bytes(2)).toString("hex")}`;
};

/** Makes the run's folder with its plan; durable when it returns. Throws file.*. */
export const createRunFolder = (
  directory: string,
  run: string,
  plan: Plan,
  settings: RunSettings,
): RunFolder => {
  const folder = runFolder(directory, run);
  try {
    mkdirSync(folder.requests, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileFailure(fileSystem, folder.requests, "write", error);
  }
  syncFolders(fileSystem, [folder.requests, folder.path, join(directory, "runs")]);
  createFile(fileSystem, join(folder.path, "run.json"), json(settings));
  // Last: with it the run is there.
  createFile(fileSystem, join(folder.path, "plan.json"), json(plan));
  return folder;
};

/**
 * Names of all runs, oldest first. A folder whose maker was killed before the journal's first record is none: nothing
 * was changed, and by now its plan may be stale.
 */
export const listRuns = (directory: string): readonly string[] => {
  const folder = join(directory, "runs");
  const isBegun = (name: string): boolean =>
    (statSync(runFolder(directory, name).journal, { throwIfNoEntry: false })?.size ?? 0) > 0;
  try {
    return readdirSync(folder).toSorted().filter(isBegun);
  } catch (error) {
    if (isMissing(error)) return [];
    throw fileFailure(fileSystem, folder, "read", error);
  }
};

/** The plan as it was when the run began. Throws run.state-damaged. */
export const readRunPlan = ({ path }: RunFolder): Plan => {
  const file = join(path, "plan.json");
  const plan = readOwnFile(file) as Plan | undefined;
  if (plan?.format !== "certwright.plan/1") throw failure("run.state-damaged", { path: file });
  return plan;
};

export const readRunSettings = ({ path }: RunFolder): RunSettings => {
  const file = join(path, "run.json");
  const settings = readOwnFile(file) as RunSettings | undefined;
  if (settings?.format !== "certwright.run/1") throw failure("run.state-damaged", { path: file });
  return settings;
};

export const reportPath = ({ path }: RunFolder): string => join(path, "report.json");
const signaturePath = (folder: RunFolder): string => `${reportPath(folder)}.sig`;

/** Keeps the report beside the journal; what was signed before is not this one any more. */
export const writeReport = (
  folder: RunFolder,
  report: object,
): { readonly path: string; readonly bytes: Uint8Array } => {
  const path = reportPath(folder);
  const bytes = json(report);
  rmSync(signaturePath(folder), { force: true });
  replaceFile(fileSystem, path, bytes);
  return { path, bytes };
};

export const writeSignature = (folder: RunFolder, signature: Uint8Array): void =>
  replaceFile(fileSystem, signaturePath(folder), signature);

/** Undefined when it is not signed. */
export const readSignature = (folder: RunFolder): Uint8Array | undefined => {
  try {
    return readFileBounded(signaturePath(folder)).bytes;
  } catch (error) {
    if (isFailure(error, "file.missing")) return undefined;
    throw error;
  }
};

/** As it was written, to hold a signature against. Throws file.*. */
export const readReportBytes = (folder: RunFolder): Uint8Array =>
  readFileBounded(reportPath(folder), { limit: longestReport }).bytes;

/** The report that an earlier process of this run left; undefined when it was killed, or there was none. Throws run.state-damaged. */
export const readReport = (folder: RunFolder): RunReport | undefined =>
  readOwnFile(reportPath(folder)) as RunReport | undefined;

const json = (value: object): Uint8Array => Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);

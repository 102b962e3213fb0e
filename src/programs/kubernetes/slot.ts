import type { Reload, Slot } from "../../core/model/inventory.ts";

/** Minor versions of Kubernetes whose sources were read for these tables, oldest first. */
export const readVersions = ["1.35", "1.36", "1.37"] as const;
export type KubernetesMinor = (typeof readVersions)[number];

/** Of these the real programs are tried at each run of test/real/reload. */
export const probedVersions: readonly KubernetesMinor[] = ["1.35"];

/** A file, or a part of one, that a program reads, and when it reads it again. */
export interface ProgramFile {
  /** What it is, in words. */
  readonly title: string;
  /** How its configuration names it: flags with their dashes, fields with their dots. */
  readonly settings: readonly string[];
  /** In the oldest of the versions, and in all that follow unless `later` says so. */
  readonly reload: Reload;
  readonly later?: { readonly since: KubernetesMinor; readonly reload: Reload };
  /** What else is to be known: how soon, what becomes of connections that are open. */
  readonly note: string;
  /** File and function of the sources, and issues. */
  readonly source: string;
}

/** One that holds certificates and takes part in a rotation. */
export interface ProgramSlot<Id extends string = string> extends ProgramFile {
  readonly id: Id;
  readonly role: Slot["role"];
  /** Whether test/real/reload tries it on the real program. */
  readonly probed: boolean;
}

/** What is to be known before an instance is restarted. */
export interface RestartRule {
  readonly rule: string;
  readonly why: string;
  readonly source: string;
}

/** "1.35.4", "v1.36.0-rc.1" as numbers that compare. */
const minorOf = (version: string): number => Number(/^v?1\.(\d+)/.exec(version)?.[1] ?? Number.NaN);

/**
 * When a program of that version reads the file, and how that is known. For a version that is newer than those read
 * the newest rule is assumed, for an older one the oldest.
 */
export const readingOf = (
  file: ProgramFile & { readonly probed?: boolean },
  version: string,
): Pick<Slot, "reload" | "basis"> => {
  const minor = minorOf(version);
  const { later } = file;
  const reload = later !== undefined && minor >= minorOf(later.since) ? later.reload : file.reload;
  const is = (known: KubernetesMinor): boolean => minorOf(known) === minor;
  if (!readVersions.some(is)) return { reload, basis: "assumed" };
  return {
    reload,
    basis: file.probed === true && probedVersions.some(is) ? "probed" : "documented",
  };
};

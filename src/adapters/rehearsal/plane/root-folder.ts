import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { CopiedFile } from "../../../core/rehearsal/copied-file.ts";
import { systemFolders } from "../../../core/rehearsal/system-folders.ts";
import { must } from "./must.ts";

/** Where a machine's programs lie in its root folder: over nothing that its manifests name. */
export const programsFolder = "/run/certwright";

/** A machine's files at their own paths below its root folder. Links lead within it. */
export const layFiles = (root: string, files: readonly CopiedFile[]): void => {
  mkdirSync(root, { recursive: true, mode: 0o755 });
  for (const file of files) {
    const path = join(root, file.path);
    mkdirSync(file.kind === "folder" ? path : dirname(path), { recursive: true, mode: 0o755 });
    if (file.kind === "link") symlinkSync(join(root, file.target), path);
    else if (file.kind === "file") {
      const bytes = Buffer.from(file.content, "base64");
      writeFileSync(path, bytes, { mode: file.mode });
    }
  }
};

/** What programs find besides: this machine's own libraries and devices, and the copy's programs. */
export const layPrograms = async (
  root: string,
  { programs, hosts, data }: LaidPrograms,
): Promise<void> => {
  for (const name of systemFolders) {
    await laySystem(`/${name}`, join(root, name));
  }
  mkdirSync(join(root, "tmp"), { recursive: true, mode: 0o777 });
  mkdirSync(join(root, "etc"), { recursive: true, mode: 0o755 });
  writeFileSync(join(root, "etc/hosts"), hosts);
  mkdirSync(join(root, programsFolder), { recursive: true, mode: 0o755 });
  for (const [name, program] of Object.entries(programs)) {
    const path = join(root, programsFolder, name);
    closeSync(openSync(path, "w", 0o700));
    await must("mount", "--bind", program, path);
  }
  for (const { from, path } of data) {
    const at = join(root, path);
    mkdirSync(at, { recursive: true, mode: 0o700 });
    await must("mount", "--bind", from, at);
  }
};

export interface LaidPrograms {
  /** Absolute paths on this machine, by the names that they have there. */
  readonly programs: Readonly<Record<string, string>>;
  /** Content of /etc/hosts. */
  readonly hosts: string;
  /** Members' data: on this machine, and where it is on theirs. */
  readonly data: readonly { readonly from: string; readonly path: string }[];
}

const laySystem = async (from: string, to: string): Promise<void> => {
  if (!existsSync(from)) return;
  // /bin of most distributions is a link to usr/bin.
  if (lstatSync(from).isSymbolicLink()) {
    symlinkSync(readlinkSync(from), to);
    return;
  }
  mkdirSync(to, { recursive: true, mode: 0o755 });
  // With what is mounted below it: a user namespace may not uncover what root has covered (mount_namespaces(7)).
  await must("mount", "--rbind", from, to);
};

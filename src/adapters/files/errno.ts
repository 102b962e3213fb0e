import { CertwrightError, failure } from "../../core/errors/certwright-error.ts";
import type { FileSystem } from "./file-system.ts";

/** The named error of a failed system call on `path`; errors that have a name already pass through. */
export const fileFailure = (
  fs: FileSystem,
  path: string,
  operation: "read" | "write",
  error: unknown,
): Error => {
  if (error instanceof CertwrightError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) return error as Error;
  const uid = process.getuid?.() ?? -1;
  switch (code) {
    case "ENOENT":
      return operation === "write"
        ? failure("file.no-folder", { path }, error)
        : missing(fs, path, error);
    case "ELOOP":
      return failure("file.symlink-loop", { path }, error);
    case "EISDIR":
      return failure("file.is-directory", { path }, error);
    case "ENOTDIR":
      return failure("file.not-directory", { path }, error);
    case "ENOSPC":
      return failure("file.disk-full", { path }, error);
    case "EDQUOT":
      return failure("file.quota", { path, uid }, error);
    case "EROFS":
      return failure("file.read-only", { path }, error);
    case "EACCES":
    case "EPERM":
      return failure("file.permission", { path, operation, uid, ...ownerOf(fs, path) }, error);
    default:
      return failure("file.failed", { path, operation, code }, error);
  }
};

const missing = (fs: FileSystem, path: string, cause: unknown): CertwrightError => {
  try {
    return failure("file.dangling-symlink", { path, target: fs.readlink(path) }, cause);
  } catch {
    return failure("file.missing", { path }, cause);
  }
};

const ownerOf = (fs: FileSystem, path: string): { mode?: number; owner?: number } => {
  try {
    const { mode, uid } = fs.stat(path);
    return { mode, owner: uid };
  } catch {
    return {};
  }
};

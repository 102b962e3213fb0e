import { failure, type CertwrightError } from "../../../core/errors/certwright-error.ts";

/**
 * What a failed tool says of a file, in the C locale: the texts of strerror in glibc and musl, and dash's own for a folder
 * that is not there.
 */
export const nameFileFailure = (
  node: string,
  path: string,
  operation: "read" | "write",
  said: string,
): CertwrightError => {
  if (/Permission denied|Operation not permitted/.test(said)) {
    return failure("node.permission", { node, path, operation });
  }
  if (/No space left|quota exceeded/i.test(said)) {
    return failure("node.disk-full", { node, path });
  }
  if (/Read-only file system/.test(said)) return failure("node.read-only", { node, path });
  if (/Not a directory/.test(said)) {
    return failure("node.not-a-file", { node, path, why: "a part of it is no folder" });
  }
  if (/Too many levels of symbolic links|Symbolic link loop/.test(said)) {
    return failure("node.not-a-file", { node, path, why: "links that lead to themselves" });
  }
  if (/nonexistent|No such file/.test(said)) return failure("node.no-folder", { node, path });
  const why = said.trim().slice(-300);
  return failure("node.file-failed", { node, path, operation, why });
};

import { CertwrightError, failure } from "../../../core/errors/certwright-error.ts";
import { fileFailure } from "../../files/errno.ts";
import { fileSystem } from "../../files/file-system.ts";

/** What a failed file operation is called on any machine: the same code by whatever way the file was reached. */
export const nameFailure = (
  node: string,
  path: string,
  operation: "read" | "write",
  error: unknown,
): Error => {
  const named = fileFailure(fileSystem, path, operation, error);
  if (!(named instanceof CertwrightError) || !named.code.startsWith("file.")) return named;
  const p = named.parameters;
  switch (named.code) {
    case "file.no-folder":
      return failure("node.no-folder", { node, path }, named);
    case "file.permission":
    case "file.owner-not-settable":
      return failure("node.permission", { node, path, operation }, named);
    case "file.disk-full":
    case "file.quota":
      return failure("node.disk-full", { node, path }, named);
    case "file.read-only":
      return failure("node.read-only", { node, path }, named);
    case "file.too-big": {
      const { size, limit } = p as { size: number; limit: number };
      return failure("node.file-too-big", { node, path, size, limit }, named);
    }
    case "file.is-directory":
      return failure("node.not-a-file", { node, path, why: "is a directory" }, named);
    case "file.not-regular":
      return failure("node.not-a-file", { node, path, why: `is a ${String(p["kind"])}` }, named);
    case "file.not-directory":
      return failure("node.not-a-file", { node, path, why: "a part of it is no folder" }, named);
    case "file.symlink-loop":
      return failure(
        "node.not-a-file",
        { node, path, why: "links that lead to themselves" },
        named,
      );
    case "file.dangling-symlink":
      return failure("node.not-a-file", { node, path, why: "a link to nothing" }, named);
    default: {
      const why = String(p["code"] ?? named.message);
      return failure("node.file-failed", { node, path, operation, why }, named);
    }
  }
};

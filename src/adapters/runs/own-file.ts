import { failure, isFailure } from "../../core/errors/certwright-error.ts";
import { readFileBounded } from "../files/read.ts";

/** A plan for 1,000 nodes and 10,000 slots is below 30 MB. */
export const longest = 128 * 1024 * 1024;

/** The JSON object in a file of certwright's own; undefined when it is not there. Throws run.state-damaged and file.*. */
export const readOwnFile = (path: string): object | undefined => {
  let bytes: Uint8Array;
  try {
    ({ bytes } = readFileBounded(path, { limit: longest }));
  } catch (error) {
    if (isFailure(error, "file.missing")) return undefined;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    if (typeof value === "object" && value !== null) return value;
  } catch (error) {
    throw failure("run.state-damaged", { path }, error);
  }
  throw failure("run.state-damaged", { path });
};

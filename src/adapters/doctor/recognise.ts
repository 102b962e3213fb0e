import { existsSync } from "node:fs";
import { looksLikeLog, readLog } from "../../core/diagnosis/log/read-log.ts";
import { CertwrightError } from "../../core/errors/certwright-error.ts";
import { readFileBounded } from "../files/read.ts";
import { looksLikeManifest } from "../source/read-file.ts";
import { targetOf } from "../source/target.ts";
import { gatherAddress } from "./gather-address.ts";
import { gatherCalicoctl, isCalicoctl } from "./gather-calicoctl.ts";
import { gatherEnvironment } from "./gather-environment.ts";
import { gatherFiles } from "./gather-files.ts";
import { parseEndpoint } from "./parse-endpoint.ts";
import type { Part, Surroundings } from "./part.ts";

/** What a word on doctor's command line points at, gathered. Never throws for what is in files. */
export const recognise = async (word: string, around: Surroundings): Promise<Part> => {
  if (word === "env:") return gatherEnvironment(around);
  const target = targetOf(word);
  if (target.kind === "file") {
    const part = await configPart(target.path, around);
    if (part !== undefined) return part;
  }
  if (target.kind === "server" || isAddress(word)) {
    const { servername } = around.options;
    const endpoint = parseEndpoint(word, { file: "command line" });
    if (endpoint !== undefined)
      return gatherAddress(
        servername === undefined ? endpoint : { ...endpoint, servername },
        around,
      );
  }
  // A line of a log, pasted between quotes.
  if (/\s/.test(word.trim()) && !existsSync(word)) {
    const log = readLog(Buffer.from(word, "utf8"), "command line");
    return { kind: "log", configs: [], connections: [], blind: [], log };
  }
  return gatherFiles([word], around);
};

const isAddress = (word: string): boolean => /^https?:\/\//.test(word);

/** The file as a configuration, if it is one that we know. */
const configPart = async (path: string, around: Surroundings): Promise<Part | undefined> => {
  let bytes: Uint8Array;
  try {
    ({ bytes } = readFileBounded(path));
  } catch (error) {
    // It is told as evidence, by whoever reads it as a plain file.
    if (error instanceof CertwrightError) return undefined;
    throw error;
  }
  if (!looksLikeManifest(bytes)) return logPart(bytes, path);
  // Only now: the YAML library costs 20 ms of start.
  const { flatYaml } = await import("./flat-yaml.ts");
  try {
    for (const document of flatYaml(bytes, path))
      if (isCalicoctl(document)) return gatherCalicoctl(document, path, around);
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    return { kind: "files", configs: [], connections: [], blind: [error.message] };
  }
  return undefined;
};

/** A file that is a log; certificates and keys are none. */
const logPart = (bytes: Uint8Array, path: string): Part | undefined => {
  const log = readLog(bytes, path);
  return looksLikeLog(log)
    ? { kind: "log", configs: [], connections: [], blind: [], log }
    : undefined;
};

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { looksLikeLog, readLog } from "../../core/diagnosis/log/read-log.ts";
import { CertwrightError } from "../../core/errors/certwright-error.ts";
import { readFileBounded } from "../files/read.ts";
import { looksLikeManifest } from "../source/read-file.ts";
import { targetOf } from "../source/target.ts";
import { gatherAddress } from "./gather-address.ts";
import { gatherEnvironment } from "./gather-environment.ts";
import { gatherFiles } from "./gather-files.ts";
import { gatherKubeadmJoin, isKubeadmJoin } from "./gather-kubeadm-join.ts";
import { parseEndpoint } from "./parse-endpoint.ts";
import { shownWord } from "./shown-word.ts";
import type { Part, Surroundings } from "./part.ts";
import {
  documentRecognisers,
  folderRecognisers,
  isPlainYaml,
  textRecognisers,
} from "./recognisers.ts";

/** What a word on doctor's command line points at, gathered. Never throws for what is in files. */
export const recognise = async (word: string, around: Surroundings): Promise<Part> => {
  if (word === "env:") return gatherEnvironment(around);
  const target = targetOf(word);
  const part =
    target.kind === "file"
      ? await filePart(target.path, around)
      : target.kind === "folder"
        ? await folderPart(target.path, around)
        : undefined;
  if (part !== undefined) return part;
  if (target.kind === "server" || /^(?:https?|postgres(?:ql)?):\/\//.test(word)) {
    const { servername } = around.options;
    const endpoint = parseEndpoint(word, { file: "command line" });
    if (endpoint !== undefined)
      return gatherAddress(
        servername === undefined ? endpoint : { ...endpoint, servername },
        around,
      );
  }
  if (/^[a-z][\w+.-]*:\/\//i.test(word) && target.kind === "file" && !existsSync(word))
    return {
      kind: "address",
      configs: [],
      connections: [],
      blind: [
        `${shownWord(word)} is no server that can be looked at: https://HOST:PORT, http://HOST:PORT and postgres://HOST are`,
      ],
    };
  if (isKubeadmJoin(word)) return gatherKubeadmJoin(word, around);
  // A line of a log, pasted between quotes.
  if (/\s/.test(word.trim()) && !existsSync(word)) {
    const log = readLog(Buffer.from(word, "utf8"), "command line");
    return { kind: "log", configs: [], connections: [], blind: [], log };
  }
  return gatherFiles([word], around);
};

/** Files of a plain folder that are looked at, by their names. */
const certificateName = /\.(?:crt|cer|pem|key|p12|pfx|p7b|jks)$/i;
const maxFiles = 200;

const folderPart = async (path: string, around: Surroundings): Promise<Part | undefined> => {
  let names: readonly string[];
  try {
    names = readdirSync(path);
  } catch {
    // Reading it as a file says why.
    return undefined;
  }
  const known = folderRecognisers.find(({ is }) => is(path, names));
  if (known !== undefined) return known.gather(path, around);
  const files = names.filter((name) => certificateName.test(name)).toSorted();
  // A folder without any is not what was meant: it is told as evidence.
  if (files.length === 0) return undefined;
  return gatherFiles(
    files.slice(0, maxFiles).map((name) => join(path, name)),
    around,
  );
};

/** The file as a configuration or a log, if it is one that we know. */
const filePart = async (path: string, around: Surroundings): Promise<Part | undefined> => {
  let bytes: Uint8Array;
  try {
    ({ bytes } = readFileBounded(path));
  } catch (error) {
    // It is told as evidence, by whoever reads it as a plain file.
    if (error instanceof CertwrightError) return undefined;
    throw error;
  }
  const text = Buffer.from(bytes).toString("utf8");
  const known = textRecognisers.find(({ is }) => is(text, path));
  if (known !== undefined) return known.gather(text, path, around);
  if (looksLikeManifest(bytes) || isPlainYaml(text)) return documentPart(bytes, path, around);
  const log = readLog(bytes, path);
  return looksLikeLog(log)
    ? { kind: "log", configs: [], connections: [], blind: [], log }
    : undefined;
};

const documentPart = async (
  bytes: Uint8Array,
  path: string,
  around: Surroundings,
): Promise<Part | undefined> => {
  // Only now: the YAML library costs 20 ms of start.
  const { flatYaml } = await import("./flat-yaml.ts");
  try {
    const documents = flatYaml(bytes, path);
    for (const { is, gather } of documentRecognisers) {
      const document = documents.find(is);
      if (document !== undefined) return await gather(document, path, around, documents);
    }
    return undefined;
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    return { kind: "files", configs: [], connections: [], blind: [error.message] };
  }
};

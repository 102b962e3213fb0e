import { utf8Of } from "../../../core/bytes/utf8.ts";
import { placeOfFlag } from "../../../core/manifest/flag-value.ts";
import { otherFlags, programWords } from "../../../core/manifest/flags.ts";
import type { Claim } from "../../../core/model/claim.ts";
import { attempt } from "../attempt.ts";
import { partFaults } from "../kubernetes/part-faults.ts";
import type { Look } from "../look.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

/** What the manifest says, what the process was started with, and whether that works. */
export const observeFlags = async (
  look: Look,
  { consumer: id, flags, without = [] }: Extract<Claim, { kind: "flags" }>,
): Promise<Seen> => {
  const consumer = look.consumer(id);
  const { node, program, service } = consumer;
  if (service.kind !== "static-pod") return unknowable(`no manifest of ${id} is known`, node?.name);
  const { manifest } = service;
  const [file, process] = await Promise.all([
    attempt(() => look.at.sessions.use(node, (session) => session.read(manifest))),
    look.process(id),
  ]);
  if (!file.ok) return unknowable(file.why, node?.name);
  if (file.value === undefined) return fails("read-back", `${manifest} is not there`, node?.name);
  const { bytes } = file.value;
  const words = await attempt(async () => programWords(utf8Of(bytes).text, manifest, program));
  if (!words.ok) return unknowable(words.why, node?.name);
  const written = [...otherFlags(words.value, flags), ...unwanted(words.value, without)];
  if (written.length > 0) {
    return fails("read-back", `${manifest} has ${written.join(", ")}`, node?.name);
  }
  if (!process.ok) return unknowable(process.why, node?.name);
  if (process.value === undefined) return fails("process", `${id} is not running`, node?.name);
  const { command } = process.value;
  const running = [...otherFlags(command, flags), ...unwanted(command, without)];
  const { pid } = process.value;
  if (running.length > 0) {
    return fails("process", `process ${pid} has ${running.join(", ")}`, node?.name);
  }
  const faults = await partFaults(look, consumer);
  if (faults.length > 0) return fails("process", faults.join("; "), node?.name);
  const set = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const not = without.map((name) => `no --${name}`);
  return holds("process", `process ${pid} has ${[...set, ...not].join(" ")}`, node?.name);
};

const unwanted = (words: readonly string[], without: readonly string[]): readonly string[] =>
  without.filter((name) => placeOfFlag(words, name) !== undefined).map((name) => `--${name}`);

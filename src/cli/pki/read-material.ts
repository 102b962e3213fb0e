import { readFileBounded } from "../../adapters/files/read.ts";
import { readBytes } from "../../adapters/source/read-file.ts";
import { standardInput } from "../../adapters/source/read-target.ts";
import { readStdin } from "../../adapters/source/stdin.ts";
import type { Material } from "../../core/material/material.ts";
import type { Terminal } from "../terminal.ts";

/** As long as `certwright inspect -` waits for a silent pipe. */
const SILENCE = 60_000;

export const readStandardInput = (terminal: Terminal): Promise<Uint8Array> =>
  readStdin(terminal.stdin, SILENCE, terminal.interrupted);

/**
 * Everything in one file, or in standard input for "-". Faults of form that every program overlooks are overlooked;
 * others are said, because what is signed here should not rest on a guess.
 */
export const readInputMaterial = async (terminal: Terminal, word: string): Promise<Material> => {
  const material =
    word === "-"
      ? await readBytes(await readStandardInput(terminal), standardInput)
      : await readBytes(readFileBounded(word).bytes, word);
  for (const { harmless, message } of material.faults) {
    if (!harmless) terminal.say(`warning: ${message}`);
  }
  return material;
};

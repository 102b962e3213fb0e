import { readFileSync } from "node:fs";
import type { LimboCase } from "./case.ts";

/** Cases of a limbo file ({version, testcases}) or of lines with one case each. */
export const readCases = (path: string): LimboCase[] => {
  const text = readFileSync(path, "utf8");
  const lines = path.endsWith(".jsonl")
    ? text.split("\n").filter((line) => line !== "")
    : undefined;
  if (lines !== undefined) return lines.map((line) => JSON.parse(line) as LimboCase);
  return (JSON.parse(text) as { testcases: LimboCase[] }).testcases;
};

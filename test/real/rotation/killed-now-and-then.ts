import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { goOn, lastEvents, run, type Operator } from "./rotate.ts";

const hook = fileURLToPath(new URL("./crash-hook.ts", import.meta.url));
/** One record in so many is certwright's last; a rotation of one master writes about two hundred. */
const oneIn = 20;
const killsMax = 60;

/**
 * Carries a run out that is killed with kill -9 after records of its journal, which a seed (CRASH_SEED) draws, and gone on
 * with each time, to its goal. Gives the records after which it was killed.
 */
export const killedNowAndThen = async (
  operator: Operator,
  first: readonly string[],
  deadline: number,
): Promise<readonly string[]> => {
  const seen = join(operator.folder, "crash-seen");
  const seed = process.env["CRASH_SEED"] ?? "1";
  writeFileSync(seen, "");
  const options = {
    deadline,
    node: ["--import", hook],
    env: { CRASH_SEEN: seen, CRASH_AT: "records", CRASH_SAMPLE: `${seed} ${oneIn}` },
  };
  const blind = ["--accept-blind", "clients-outside"];
  for (let kills = 0; ; kills++) {
    const running = run(operator, kills === 0 ? first : ["resume", ...goOn, ...blind], options);
    const { code, stderr } = await running.ended;
    const places = readFileSync(seen, "utf8").split("\n").filter(Boolean);
    const last = places.at(-1) ?? "";
    if (code !== "SIGKILL") {
      const told = `seed ${seed}, killed ${kills} times, the last after ${last}:\n${stderr}\n${lastEvents(running)}`;
      assert.equal(code, 0, told);
      return places;
    }
    // What ended the run was durable already: there is nothing to go on with.
    if (last.startsWith("run.closed")) return places;
    assert.ok(kills < killsMax, `killed ${kills} times, the last after ${last}`);
  }
};

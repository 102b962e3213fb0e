import assert from "node:assert/strict";
import type { TestContext } from "node:test";

/**
 * Says that something cannot run here and why; the runner counts it as left out.
 * With CI=true that is a failure: there everything has to be present.
 */
export const leaveOut = (t: TestContext, why: string): void => {
  if (process.env["CI"] === "true") assert.fail(`left out with CI=true: ${why}`);
  t.skip(`left out: ${why}`);
};

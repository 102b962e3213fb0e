import { digests } from "../../adapters/crypto/node-digests.ts";
import { readFileBounded } from "../../adapters/files/read.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { Plan } from "../../core/model/plan.ts";
import { isSealed } from "../../core/plan/seal.ts";

/** A plan for 1,000 nodes and 10,000 slots is below 30 MB. */
const longest = 128 * 1024 * 1024;

const known: Plan["format"] = "certwright.plan/1";

/** The plan in a file, as it was made. Throws run.not-a-plan, plan.other-format, run.plan-altered and file.*. */
export const readPlan = (path: string): Plan => {
  const { bytes } = readFileBounded(path, { limit: longest });
  let value: Partial<Plan> | undefined;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8")) as Partial<Plan> | undefined;
  } catch (error) {
    throw failure("run.not-a-plan", { path }, error);
  }
  const format: unknown = value?.format;
  if (format !== known) {
    if (typeof format !== "string" || !/^certwright\.plan\/\d+$/.test(format)) {
      throw failure("run.not-a-plan", { path });
    }
    throw failure("plan.other-format", { path, format, known });
  }
  // The digest vouches for the shape as well: what has it was written by certwright.
  if (!isSealed(value as Plan, digests)) throw failure("run.plan-altered", { path });
  return value as Plan;
};

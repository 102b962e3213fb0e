import { resolve } from "node:path";
import { readEstateVersion } from "../../adapters/estate/estate-version.ts";
import { createFile } from "../../adapters/files/create.ts";
import { fileExists } from "../../adapters/files/exists.ts";
import { fileSystem } from "../../adapters/files/file-system.ts";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import type { PlanFinding } from "../../core/plan/finding.ts";
import { planFor, type Wanted } from "../../core/plan/plan-for.ts";
import { gather, type Gathered } from "../../engine/rotation/gather/gather.ts";
import { readRotatable } from "../etcd-estate.ts";
import { writeData } from "../output.ts";
import { directoryOf } from "../pki/open-pki.ts";
import type { Terminal } from "../terminal.ts";
import type { PlanChoice } from "./plan-options.ts";
import { showFindings, showPlan } from "./plan-text.ts";
import { openRotationPorts } from "./rotation-ports.ts";

/**
 * Gathers, plans, shows and writes the plan file. `wanted` says what for, once it is known what there is. Changes
 * nothing but that file. Exit code 1 when something is in the way; 0 without a plan when `wanted` has said that there
 * is nothing to do.
 */
export const makePlan = async (
  terminal: Terminal,
  choice: PlanChoice,
  name: string,
  wanted: (inventory: Inventory) => Wanted | undefined,
): Promise<ExitCode> => {
  const out = resolve(choice.out ?? `${name}.plan.json`);
  if (fileExists(out)) throw failure("plan.exists", { path: out });
  const { inventory, findings } = await gathered(terminal, choice);
  const goal = wanted(inventory);
  if (goal === undefined) return 0;
  const planned = planFor(goal, inventory, {
    now: terminal.now(),
    digests,
    ...(choice.soak === undefined ? {} : { soak: choice.soak }),
  });
  const inTheWay = withoutDoubles([...findings, ...(planned.ok ? [] : planned.findings)]);
  if (!planned.ok || inTheWay.length > 0) {
    if (choice.output === "json") await writeData(terminal, "json", { findings: inTheWay });
    else showFindings(terminal, inTheWay);
    throw failure("plan.impossible", { goal: name, findings: inTheWay.length });
  }
  const { plan } = planned;
  // JSON with line ends: an operator may want to read it, and to keep it in git.
  const text = Buffer.from(`${JSON.stringify(plan, undefined, 1)}\n`);
  if (!createFile(fileSystem, out, text)) throw failure("plan.exists", { path: out });
  if (choice.output === "json") await writeData(terminal, "json", plan);
  else showPlan(terminal, plan, out);
  return 0;
};

const gathered = async (terminal: Terminal, choice: PlanChoice): Promise<Gathered> => {
  const estate = await readRotatable(choice.estate);
  const ports = openRotationPorts(terminal, choice);
  let done = terminal.progress("looking at the estate");
  try {
    return await gather({
      ports,
      estate,
      version: readEstateVersion(directoryOf(choice)),
      deadline: choice.timeout,
      progress: (what) => {
        done();
        done = terminal.progress(`looking at ${what}`);
      },
    });
  } finally {
    done();
    ports.authority.close();
  }
};

/** What both gathering and planning object to is said once, by the one that saw it. */
const withoutDoubles = (findings: readonly PlanFinding[]): readonly PlanFinding[] =>
  [
    ...new Map(findings.toReversed().map((one) => [`${one.rule} ${one.subject}`, one])).values(),
  ].toReversed();

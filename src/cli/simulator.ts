/** `certwright-sim`: the planner and the engine in a seeded world. docs/reference/simulator.md says what it models. */
import { parseArgs } from "node:util";
import { digests } from "../adapters/crypto/node-digests.ts";
import type { Topology } from "../../sim/estate/topology.ts";
import { describeFault } from "../../sim/faults/fault.ts";
import { hunt } from "../../sim/hunt.ts";
import { mutants } from "../../sim/mutants/index.ts";
import { sound } from "../../sim/mutant.ts";
import { type Ending, type Machine, runScenario } from "../../sim/run-scenario.ts";
import { drawScenario, describeScenario } from "../../sim/scenario.ts";
import { shrinkFaults } from "../../sim/shrink.ts";
import { runSwarm } from "../../sim/swarm.ts";
import { eventTable } from "../../sim/table.ts";
import { stdout, writeAll } from "./descriptor.ts";

const usage = `Usage: certwright-sim [--seeds N] [--from S] [--world etcd|kubernetes] [-o json|text]
       certwright-sim --seed N [--world etcd|kubernetes]
       certwright-sim --mutants [--seeds N] [-o json|text]

Runs certwright's planner and engine in a simulated world where things go wrong as each seed decides.

  --seeds N    how many seeds (default 1000; with --mutants 200 for each)
  --from S     the first one (default 1)
  --seed N     one seed with its last events and the smallest set of faults that makes it fail
  --world W    etcd or kubernetes (default: what each seed draws, one in 32 a cluster of kubeadm's)
  --mutants    wrong planners and engines: each has to be caught
  -o FORMAT    text or json, one line
`;

/** Runs between two events: setImmediate comes after every microtask there is. */
const machine: Machine = {
  digests,
  drain: () => new Promise((resolve) => setImmediate(resolve)),
};

const print = (text: string): void => {
  try {
    writeAll(stdout, text);
  } catch (error) {
    // `| head`: nobody reads on, so nothing more needs to be run.
    if ((error as NodeJS.ErrnoException).code === "EPIPE") process.exit(0);
    throw error;
  }
};

type World = Topology["kind"];

/** Events shown of a failed run. */
const shown = 40;

const explainFailure = async (
  seed: number,
  ending: Ending,
  world: World | undefined,
): Promise<string> => {
  const scenario = drawScenario(seed, world);
  const faults = await shrinkFaults(scenario, ending, machine, sound);
  const again = await runScenario({ ...scenario, faults }, machine);
  const slots = again.slots;
  return [
    `seed ${seed}: ${ending.verdict}: ${ending.how}${ending.violation === undefined ? "" : `: ${ending.violation.detail}`}`,
    describeScenario(scenario),
    `smallest set of faults (${faults.length} of ${scenario.faults.length}):`,
    ...faults.map((fault) => `  ${describeFault(fault, slots)}`),
    `last ${shown} events with these:`,
    eventTable(again.history.last(shown)),
    `again: npx certwright-sim --seed ${seed}${world === undefined ? "" : ` --world ${world}`}`,
    "",
  ].join("\n");
};

const runOne = async (seed: number, world: World | undefined): Promise<number> => {
  const scenario = drawScenario(seed, world);
  const ending = await runScenario(scenario, machine);
  if (ending.verdict !== "goal") {
    print(await explainFailure(seed, ending, world));
    return 1;
  }
  print(`${describeScenario(scenario)}\n${eventTable(ending.history.last(400))}\n`);
  print(
    `seed ${seed}: ${ending.how}, ${ending.records} records, history ${ending.history.digest()}\n`,
  );
  return 0;
};

const runMany = async (
  from: number,
  seeds: number,
  world: World | undefined,
  json: boolean,
): Promise<number> => {
  const started = process.hrtime.bigint();
  const { goal, unsafe, stuck, bad } = await runSwarm(
    from,
    seeds,
    machine,
    sound,
    world === undefined ? {} : { world },
  );
  const minutes = Number(process.hrtime.bigint() - started) / 60e9;
  const perMinute = Math.round(seeds / minutes);
  if (json) print(`${JSON.stringify({ seeds, goal, unsafe, stuck, perMinute })}\n`);
  else {
    for (const { seed, ending } of bad.slice(0, 3))
      print(await explainFailure(seed, ending, world));
    for (const { seed, ending } of bad.slice(3))
      print(`seed ${seed}: ${ending.verdict}: ${ending.how}\n`);
    print(
      `${seeds} seeds from ${from}: ${goal} reached their goal, ${unsafe} unsafe, ${stuck} stuck; ${perMinute} a minute\n`,
    );
  }
  return unsafe + stuck === 0 ? 0 : 1;
};

const runMutants = async (from: number, seeds: number, json: boolean): Promise<number> => {
  const firstSeed: Record<string, number> = {};
  for (const mutant of mutants) {
    const { seed, principle } = await hunt(mutant, from, seeds, machine);
    if (seed !== undefined) firstSeed[mutant.name] = seed;
    if (json) continue;
    const found =
      seed === undefined ? `NOT CAUGHT in ${seeds} seeds` : `seed ${seed}: ${principle}`;
    print(`${mutant.name.padEnd(24)} ${found.padEnd(36)} ${mutant.fault}\n`);
  }
  const caught = Object.keys(firstSeed).length;
  if (json) print(`${JSON.stringify({ mutants: mutants.length, caught, firstSeed })}\n`);
  else print(`${caught} of ${mutants.length} mutants caught\n`);
  return caught === mutants.length ? 0 : 1;
};

const count = (text: string | undefined, otherwise: number): number => {
  if (text === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`${text} is no number of seeds`);
  return Number(text);
};

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string" },
      from: { type: "string" },
      seed: { type: "string" },
      world: { type: "string" },
      mutants: { type: "boolean" },
      output: { type: "string", short: "o" },
      help: { type: "boolean", short: "h" },
    },
  });
  const { output = "text" } = values;
  if (values.help === true) {
    print(usage);
    return 0;
  }
  if (output !== "json" && output !== "text") throw new RangeError(`-o ${output}: json or text`);
  const { world } = values;
  if (world !== undefined && world !== "etcd" && world !== "kubernetes")
    throw new RangeError(`--world ${world}: etcd or kubernetes`);
  if (values.seed !== undefined) return await runOne(count(values.seed, 1), world);
  if (values.mutants === true)
    return await runMutants(count(values.from, 1), count(values.seeds, 200), output === "json");
  return await runMany(count(values.from, 1), count(values.seeds, 1000), world, output === "json");
};

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    process.stderr.write(`certwright-sim: ${error.message}\n\n${usage}`);
    process.exitCode = 2;
  },
);

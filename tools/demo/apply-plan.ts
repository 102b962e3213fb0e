import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Entry } from "../../src/core/model/journal.ts";
import type { Plan } from "../../src/core/model/plan.ts";
import type { RunReport } from "../../src/core/run/report.ts";
import type { Load } from "../load/clients.ts";
import { certwrightProgram } from "./certwright.ts";
import type { Stage } from "./stage.ts";

export interface Application {
  readonly plan: Plan;
  /** Where it lies, from the stage's folder. */
  readonly file: string;
  /** Is told of each phase. */
  readonly load: Load;
  readonly flags?: readonly string[];
  /** Is told of each step that was carried out and proved. */
  readonly proved?: (step: string) => void;
}

export interface Applied {
  readonly phases: readonly { readonly id: string; readonly seconds: number }[];
  readonly report: RunReport;
}

/** Three masters took 12 minutes on two cores with seven others at work. */
const applyDeadline = 1_800_000;

export const secondsSince = (began: number): number =>
  Number(((performance.now() - began) / 1000).toFixed(1));

/** Carries the plan out, telling each phase as it ends. */
export const applyPlan = async (
  { story, folder, env, signal }: Pick<Stage, "story" | "folder" | "env" | "signal">,
  { plan, file, load, flags = [], proved = () => undefined }: Application,
): Promise<Applied> => {
  const args = ["apply", file, "--yes", "--approve", "all", ...flags];
  story.say();
  const child = spawn(process.execPath, [...certwrightProgram, ...args, "-o", "json"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env,
  });
  // What it works on is about to go: it is not waited for until its step has come to an end, but until it has.
  const stop = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", stop);
  const phases: { id: string; seconds: number }[] = [];
  let current: { id: string; began: number; done: (result: string) => void } | undefined;
  const end = (): void => {
    if (current === undefined) return;
    phases.push({ id: current.id, seconds: secondsSince(current.began) });
    current.done(plan.phases.find(({ id }) => id === current?.id)?.title ?? current.id);
    current = undefined;
  };
  const enter = (id: string): void => {
    if (current?.id === id) return;
    end();
    load.enter(id);
    const command = phases.length === 0 ? `certwright ${args.join(" ")}` : undefined;
    current = { id, began: performance.now(), done: story.step(id, command) };
  };
  let report: RunReport | undefined;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const record = JSON.parse(line) as Entry | RunReport;
    if (!("event" in record)) report = record;
    // An approval is given long before its step's turn.
    else if ("step" in record.event && record.event.kind !== "step.approved") {
      const { event } = record;
      enter(event.step.split(".")[0]!);
      if (event.kind === "step.settled" && event.outcome.kind === "done") proved(event.step);
    }
  });
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (words += chunk));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on("error", reject);
  child.on("close", resolve);
  const timer = setTimeout(() => child.kill("SIGTERM"), applyDeadline);
  if (signal.aborted) stop();
  const code = await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", stop);
  end();
  if (code !== 0 || report === undefined) {
    throw new Error(`certwright ${args.join(" ")} ended with ${code}:\n${words}`);
  }
  return { phases, report };
};

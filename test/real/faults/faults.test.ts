/** Every lab case: makes the situation with real programs, asks doctor, holds its verdict to what was made. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { componentProgram } from "../../../tools/components/cache.ts";
import { goEnv } from "../../go/build.ts";
import { leaveOut } from "../../left-out.ts";
import { canBeNobody } from "./lab/as-nobody.ts";
import { callDoctor, type Call } from "./lab/call-doctor.ts";
import { stopSharedKubernetes } from "./lab/kubernetes.ts";
import { removeDatabase } from "./lab/postgresql.ts";
import { Lab } from "./lab/lab.ts";
import type { LabCase, Situation } from "./lab/lab-case.ts";

const folder = join(import.meta.dirname, "cases");
/** One case or family by hand: FAULT_CASES=client node --test test/real/faults/faults.test.ts */
const wanted = process.env["FAULT_CASES"] ?? "";
const files = globSync("**/*.ts", { cwd: folder })
  .toSorted()
  .filter((file) => file.includes(wanted));

const exits: Readonly<Record<string, number>> = { ok: 0, inconclusive: 3 };

/** Needs that are components of our own, by a program of each. */
const components: Readonly<Record<string, string>> = {
  kubernetes: "kube-apiserver",
  nginx: "nginx",
  haproxy: "haproxy",
  postgresql: "postgres",
  "openssh-server": "sshd",
};

/** They start for other users only. */
const unwillingAsRoot: ReadonlySet<string> = new Set(["postgresql", "openssh-server"]);

const missing = (need: string): boolean => {
  const component = components[need];
  if (unwillingAsRoot.has(need) && !canBeNobody()) return true;
  if (component !== undefined) return componentProgram(need, component) === undefined;
  if (need.startsWith("etcd")) return componentProgram(need, "etcd") === undefined;
  if (need === "go") return goEnv("GOVERSION") === undefined;
  try {
    execFileSync(need, [need === "openssl" ? "version" : "--version"], { stdio: "ignore" });
    return false;
  } catch {
    return true;
  }
};

const includesAll = (text: string, words: readonly string[] | undefined, what: string): void => {
  for (const word of words ?? [])
    assert.ok(text.includes(word), `${what} does not say "${word}": ${text}`);
};

const judge = (
  labCase: LabCase,
  situation: Situation,
  { exit, told, milliseconds }: Call,
): void => {
  const all = JSON.stringify(told, undefined, 2);
  assert.equal(told.fault, labCase.fault, all);
  assert.equal(exit, exits[labCase.fault] ?? 1, all);
  if (labCase.side !== undefined) assert.equal(told.side, labCase.side, all);
  includesAll(told.text, situation.text, "the sentence");
  includesAll(told.fix, situation.fix, "the fix");
  includesAll(told.evidence.join("\n"), situation.evidence, "the evidence");
  const ids = (list: readonly { readonly fault: string }[]) =>
    list.map(({ fault }) => fault).toSorted();
  if (situation.also !== undefined)
    assert.deepEqual(ids(told.also), situation.also.toSorted(), all);
  if (situation.elsewhere !== undefined)
    assert.deepEqual(ids(told.elsewhere), situation.elsewhere.toSorted(), all);
  const limit = labCase.within ?? 2000;
  assert.ok(milliseconds < limit, `took ${Math.round(milliseconds)} ms, at most ${limit} allowed`);
};

describe("doctor names the fault", () => {
  after(stopSharedKubernetes);
  after(removeDatabase);
  test("there are cases", async () => {
    assert.ok(files.length > 0);
    // The first call loads the whole program, which the cases' limits are not about.
    await callDoctor({ args: ["127.0.0.1:1"] });
  });
  for (const file of files) {
    test(file.replace(/\.ts$/, ""), async (t) => {
      const { labCase } = (await import(join(folder, file))) as { labCase: LabCase };
      const absent = labCase.needs?.find(missing);
      if (absent !== undefined) return leaveOut(t, `${absent} is not on this machine`);
      const lab = new Lab();
      try {
        const situation = await labCase.build(lab);
        judge(labCase, situation, await callDoctor(situation));
      } finally {
        await lab.close();
      }
    });
  }
});

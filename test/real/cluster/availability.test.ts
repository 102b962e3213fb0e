/** Which answers the load takes for a server's that was not ready; see tools/kubernetes-load/availability.ts. */
import assert from "node:assert/strict";
import test from "node:test";
import { watchAvailability } from "../../../tools/kubernetes-load/availability.ts";
import type { Answer, Ask } from "../../../tools/kubernetes-load/connection.ts";
import { until } from "./run.ts";

const endpoint = { name: "master-1", host: "127.0.0.1", port: 6443 };
const status = (code: number): Answer => ({ kind: "status", status: code, body: "", again: false });

/** What /readyz says, to be changed. */
const server = (first: Answer) => {
  let says = first;
  let questions = 0;
  const ask: Ask = async () => {
    questions += 1;
    return says;
  };
  return { ask, questions: () => questions, say: (answer: Answer) => void (says = answer) };
};

test("a server that was missed is away until it says that it is ready, and for what was sent before that", async () => {
  const { ask, say, questions } = server(status(500));
  const availability = watchAvailability(ask);
  availability.missed(endpoint);
  assert.ok(await availability.wasAway(endpoint, performance.now()));
  const meanwhile = performance.now();
  say(status(200));
  const asked = questions();
  await until("the next question", 60_000, () => questions() > asked || undefined);
  await new Promise(setImmediate);
  assert.ok(await availability.wasAway(endpoint, meanwhile), "sent before it was ready");
  assert.ok(!(await availability.wasAway(endpoint, performance.now())), "sent when it was");
  availability.stop();
});

test("a server that nobody missed is asked, and only one that is not ready is away", async () => {
  for (const [says, away] of [
    [status(200), false],
    [status(401), false],
    [{ kind: "none", message: "certificate has expired", unsent: true }, false],
    [status(403), true],
    [status(500), true],
    [{ kind: "none", message: "connect ECONNREFUSED 127.0.0.1:6443", unsent: true }, true],
  ] as const) {
    const availability = watchAvailability(server(says).ask);
    assert.equal(
      await availability.wasAway(endpoint, performance.now()),
      away,
      JSON.stringify(says),
    );
    availability.stop();
  }
});

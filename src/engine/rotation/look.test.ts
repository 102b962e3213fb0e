import assert from "node:assert/strict";
import { test } from "node:test";
import { failure } from "../../core/errors/certwright-error.ts";
import { settle } from "../../core/estate/settle.ts";
import type { NodeSession, NodeStream } from "../../ports/node.ts";
import { lookAround } from "./look.ts";
import type { RotationPorts } from "./ports.ts";
import { openStandpoint } from "./standpoint.ts";

const names = Array.from({ length: 100 }, (_, i) => `worker-${i}`);

const estate = () => {
  const settled = settle(
    {
      nodes: Object.fromEntries(["master", ...names].map((name) => [name, { addresses: [name] }])),
      kubernetes: {
        cluster: "main",
        version: "1.35.4",
        kubeconfig: "/root/.kube/config",
        endpoint: "api.example.org:6443",
        controlPlane: ["master"],
        workers: names,
      },
    },
    (path) => path,
  );
  assert.ok(settled.ok, JSON.stringify(settled));
  return settled.estate;
};

test("a hundred kubelets are asked some at a time, each with its whole deadline, and those that fail keep nobody's turn", async () => {
  let under = 0;
  let most = 0;
  const deadlines = new Set<number>();
  const session = {
    dial: async (host) => {
      under += 1;
      most = Math.max(most, under);
      await new Promise(setImmediate);
      if (!host.endsWith("7")) return {} as NodeStream;
      under -= 1;
      throw failure("node.lost", { node: host, destination: host, why: "", retry: "" });
    },
    close: async () => undefined,
  } as Partial<NodeSession> as NodeSession;
  const ports = {
    clock: { now: () => 0 },
    nodes: { open: async () => session },
    tls: {
      answer: async (_target: unknown, deadline: number) => {
        deadlines.add(deadline);
        await new Promise(setImmediate);
        under -= 1;
        return { kind: "answered", status: 200, body: "ok" };
      },
    },
  } as unknown as RotationPorts;
  const at = openStandpoint(ports, estate(), 5000);
  const look = lookAround(at);
  const kubelets = [...at.layout.consumers.values()].filter(
    ({ kubernetes }) => kubernetes?.kind === "kubelet",
  );
  const answers = await Promise.all(
    kubelets.map((one) => look.answer(one, { host: one.node!.name, port: 10_248 }, "/healthz")),
  );
  await at.close();
  assert.equal(answers.filter(({ kind }) => kind === "answered").length, 91);
  assert.equal(answers.filter(({ kind }) => kind === "unknown").length, 10);
  assert.ok(most > 1 && most <= 32, `${most} at once`);
  assert.deepEqual([...deadlines], [5000]);
});

/** What a real API server does seldom, done by one of ours. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isFailure } from "../../core/errors/certwright-error.ts";
import type { KubernetesApi } from "../../ports/kubernetes.ts";
import { httpsKubernetes } from "./https-kubernetes.ts";

/** Milliseconds for one call. */
const deadline = 30_000;

const configOf = (port: number, token: string): string =>
  JSON.stringify({
    clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${port}/prefix/` } }],
    users: [{ name: "u", user: { token } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  });

const against = async (
  listener: RequestListener,
  use: (api: KubernetesApi, setToken: (token: string) => void) => Promise<void>,
  within = deadline,
): Promise<void> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const folder = mkdtempSync(join(tmpdir(), "certwright-api-"));
  const kubeconfig = join(folder, "config");
  const { port } = server.address() as AddressInfo;
  const setToken = (token: string): void => writeFileSync(kubeconfig, configOf(port, token));
  setToken("first");
  const api = await httpsKubernetes.open({ kubeconfig, deadline: within });
  try {
    await use(api, setToken);
  } finally {
    api.close();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  }
};

const json = (response: Parameters<RequestListener>[1], status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
};

const item = (name: string) => ({ metadata: { name } });

test("a server that is too busy is asked again when it says so", async () => {
  let asked = 0;
  await against(
    (_request, response) => {
      asked += 1;
      if (asked > 2) json(response, 200, item("x"));
      else response.writeHead(asked === 1 ? 429 : 503, { "retry-after": "0" }).end("later");
    },
    async (api) => {
      assert.equal((await api.get("/api/v1/namespaces/x"))?.metadata.name, "x");
      assert.equal(asked, 3);
    },
  );
});

test("a list that outlives its revision goes on where the server says; other refusals end it", async () => {
  const paths: string[] = [];
  await against(
    (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
      paths.push(pathname);
      const from = searchParams.get("continue");
      const list = (next: string, name: string) => ({
        kind: "SecretList",
        apiVersion: "v1",
        metadata: { continue: next },
        items: [item(name)],
      });
      if (from === null) json(response, 200, list("old", "a"));
      else if (from === "old")
        json(response, 410, { kind: "Status", metadata: { continue: "new" }, message: "expired" });
      else if (from === "new") json(response, 200, list("gone", "b"));
      else json(response, 410, { kind: "Status", metadata: {}, message: "too old" });
    },
    async (api) => {
      const names: string[] = [];
      await assert.rejects(
        async () => {
          for await (const { metadata, kind } of api.list("/api/v1/secrets")) {
            assert.equal(kind, "Secret");
            names.push(metadata.name);
          }
        },
        (error) => isFailure(error, "kubernetes.refused") && /410: too old/.test(error.message),
      );
      assert.deepEqual(names, ["a", "b"]);
      assert.ok(paths.every((path) => path === "/prefix/api/v1/secrets"));
    },
  );
});

test("a connection that ended while it idled is made anew for a question, and told for a change", async () => {
  const used = new Set<object>();
  await against(
    ({ socket }, response) => {
      // What comes next on a connection finds it closed.
      if (used.has(socket)) socket.resetAndDestroy();
      else json(response, 200, item("x"));
      used.add(socket);
    },
    async (api) => {
      for (let i = 0; i < 3; i++) assert.equal((await api.get("/api/v1/x/y"))?.metadata.name, "x");
      await assert.rejects(api.patch("/api/v1/x/y", "merge", {}), (error) =>
        isFailure(error, "kubernetes.unreachable"),
      );
    },
  );
});

test("a question that was given up is not asked again, also on a connection that idled before", async () => {
  const asked: string[] = [];
  const gone = Promise.withResolvers<void>();
  await against(
    (request, response) => {
      const [, word = ""] = /(\w+)$/.exec(request.url ?? "") ?? [];
      asked.push(word);
      if (word === "silent") request.socket.once("close", () => gone.resolve());
      else json(response, 200, item(word));
    },
    async (api) => {
      await api.get("/api/v1/a/first");
      await assert.rejects(api.get("/api/v1/a/silent"), (error) =>
        isFailure(error, "kubernetes.late"),
      );
      // A question that was asked again then would be on its way before the last one.
      await gone.promise;
      for (const word of ["second", "third", "last"]) await api.get(`/api/v1/a/${word}`);
      assert.deepEqual(asked, ["first", "silent", "second", "third", "last"]);
    },
    1000,
  );
});

test("a kubeconfig that changes does not break off what is under way", async () => {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const tokens: (string | undefined)[] = [];
  await against(
    (request, response) => {
      tokens.push(request.headers.authorization);
      if (tokens.length > 1) {
        json(response, 200, item("y"));
        return;
      }
      first.resolve();
      void second.promise.then(() => json(response, 200, item("x")));
    },
    async (api, setToken) => {
      const slow = api.get("/api/v1/a/x");
      await first.promise;
      setToken("the second one");
      assert.equal((await api.get("/api/v1/a/y"))?.metadata.name, "y");
      second.resolve();
      assert.equal((await slow)?.metadata.name, "x");
      assert.deepEqual(tokens, ["Bearer first", "Bearer the second one"]);
    },
  );
});

test("what is no Kubernetes API is told, with no word of what it said", async () => {
  await against(
    (_request, response) => response.writeHead(200).end("<html>welcome</html>"),
    async (api) => {
      await assert.rejects(api.get("/api/v1/namespaces/x"), (error) =>
        isFailure(error, "kubernetes.no-api"),
      );
      assert.deepEqual(await api.text("/readyz"), { status: 200, body: "<html>welcome</html>" });
    },
  );
});

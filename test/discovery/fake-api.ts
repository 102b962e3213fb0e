/** A fleet's API over HTTP on this machine, page by page as kube-apiserver gives it, and its machines without ssh. */
import { hash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failure } from "../../src/core/errors/certwright-error.ts";
import type { Digest } from "../../src/core/model/inventory.ts";
import type { NodeFile, Nodes, NodeSession } from "../../src/ports/node.ts";
import type { Fleet } from "./fleet.ts";

export interface FakeApi {
  readonly kubeconfig: string;
  /** Largest number of objects that one answer had. */
  readonly largestPage: () => number;
  stop(): Promise<void>;
}

const kinds: Readonly<Record<string, string>> = {
  nodes: "Node",
  configmaps: "ConfigMap",
  secrets: "Secret",
  pods: "Pod",
  validatingwebhookconfigurations: "ValidatingWebhookConfiguration",
  mutatingwebhookconfigurations: "MutatingWebhookConfiguration",
  customresourcedefinitions: "CustomResourceDefinition",
  apiservices: "APIService",
  clustertrustbundles: "ClusterTrustBundle",
};

/** `refused`: "list secrets" that this user may not. */
export const serveFleet = async (
  fleet: Fleet,
  refused: ReadonlySet<string> = new Set(),
): Promise<FakeApi> => {
  let largest = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://fleet");
      const answer = (status: number, body: unknown): void => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      };
      if (request.method === "POST") {
        const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as {
          readonly kind: string;
          readonly spec?: {
            readonly resourceAttributes: { readonly verb: string; resource: string };
          };
        };
        const { verb, resource } = body.spec?.resourceAttributes ?? {};
        answer(201, {
          kind: body.kind,
          status: { allowed: !refused.has(`${verb} ${resource}`), userInfo: { username: "jane" } },
        });
        return;
      }
      const list = fleet.lists.get(pathname);
      const object = fleet.objects.get(pathname);
      if (list === undefined) {
        if (object === undefined) answer(404, { kind: "Status", message: "not found" });
        else answer(200, object);
        return;
      }
      const limit = Number(searchParams.get("limit") ?? list.count);
      const from = Number(searchParams.get("continue") ?? 0);
      const to = Math.min(list.count, from + limit);
      largest = Math.max(largest, to - from);
      answer(200, {
        apiVersion: "v1",
        kind: `${kinds[pathname.replace(/^.*\//, "")]}List`,
        metadata: { continue: to < list.count ? String(to) : "" },
        items: Array.from({ length: to - from }, (_, i) => list.at(from + i)),
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const folder = mkdtempSync(join(tmpdir(), "certwright-fleet-"));
  const kubeconfig = join(folder, "config");
  const entry = (list: string, name: string, body: string): string =>
    `${list}:\n- name: ${name}\n  ${body}\n`;
  writeFileSync(
    kubeconfig,
    `${entry("clusters", "fleet", `cluster: { server: "http://127.0.0.1:${port}" }`)}${entry("contexts", "fleet", "context: { cluster: fleet }")}current-context: fleet\n`,
  );
  return {
    kubeconfig,
    largestPage: () => largest,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
};

export interface FakeMachines extends Nodes {
  readonly opened: () => number;
}

/** The fleet's machines; `changed`: other contents on some, by "NODE:PATH", undefined for none; `away`: nobody answers. */
export const fleetMachines = (
  fleet: Fleet,
  changed: ReadonlyMap<string, string | undefined> = new Map(),
  away: ReadonlySet<string> = new Set(),
): FakeMachines => {
  let opened = 0;
  return {
    opened: () => opened,
    open: async ({ name, access }) => {
      const destination = access.kind === "ssh" ? access.destination : name;
      if (destination === name) throw failure("node.no-such-name", { node: name, name });
      if (away.has(name))
        throw failure("node.unreachable", {
          node: name,
          destination,
          why: "no route",
          retry: `ssh ${name}`,
        });
      opened += 1;
      const read = async (path: string): Promise<NodeFile | undefined> => {
        const at = `${name}:${path}`;
        const own = fleet.masters.includes(name) ? fleet.files.get(path) : undefined;
        const text = changed.has(at) ? changed.get(at) : own;
        if (text === undefined) return undefined;
        const bytes = Buffer.from(text);
        const digest = hash("sha256", bytes, "hex") as Digest;
        const facts = { digest, size: bytes.length, mode: 0o600, uid: 0, gid: 0, changedAt: 0 };
        return { path, bytes, facts };
      };
      const absent = (): never => {
        throw failure("node.program-missing", { node: name, program: "?" });
      };
      const session: NodeSession = {
        name,
        access: "ssh",
        read,
        facts: async (path) => (await read(path))?.facts,
        write: absent,
        remove: absent,
        readLink: absent,
        link: absent,
        run: async () => ({ code: 0, stdout: "", stderr: "" }),
        processes: absent,
        clockSkew: absent,
        freeBytes: absent,
        dial: absent,
        close: async () => {},
      };
      return session;
    },
  };
};

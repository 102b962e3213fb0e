import type { EstateNode } from "../../../core/model/estate.ts";
import type { KubernetesObject } from "../../../ports/kubernetes.ts";
import type { TlsAnswer } from "../../../ports/tls.ts";
import type { Material } from "../../etcd/check/material.ts";
import { attempt } from "../attempt.ts";
import type { PlacedConsumer } from "../layout.ts";
import type { Standpoint } from "../look.ts";

/** The part of a look that is at a Kubernetes cluster. Everything is asked for once. */
export interface ApiLook {
  /** An object, undefined where there is none. */
  get(path: string): Promise<Material<KubernetesObject | undefined>>;
  /** All objects of a list, by name. */
  list(path: string): Promise<Material<ReadonlyMap<string, KubernetesObject>>>;
  /** The same where names are one namespace's only. */
  listAll(path: string): Promise<Material<readonly KubernetesObject[]>>;
  /** What the API server of that node answers. */
  text(
    path: string,
    node: EstateNode | undefined,
  ): Promise<Material<{ readonly status: number; readonly body: string }>>;
  /** What a port answers that only the consumer's own node need reach. */
  answer(
    consumer: PlacedConsumer,
    port: { readonly host: string; readonly port: number },
    path: string,
  ): Promise<TlsAnswer>;
  /** The node's clock minus ours, milliseconds. */
  skew(node: EstateNode | undefined): Promise<Material<number>>;
  hostname(node: EstateNode | undefined): Promise<Material<string>>;
}

export const lookAtApi = (
  { ports, sessions, apis, inTurn, deadline }: Standpoint,
  once: <T>(key: string, work: () => Promise<T>) => Promise<T>,
): ApiLook => ({
  get: (path) => once(`get ${path}`, () => attempt(async () => (await apis.open()).get(path))),
  list: (path) =>
    once(`list ${path}`, () =>
      attempt(async () => {
        const found = new Map<string, KubernetesObject>();
        for await (const one of (await apis.open()).list(path)) found.set(one.metadata.name, one);
        return found;
      }),
    ),
  listAll: (path) =>
    once(`list all ${path}`, () =>
      attempt(async () => {
        const found: KubernetesObject[] = [];
        for await (const one of (await apis.open()).list(path)) found.push(one);
        return found;
      }),
    ),
  text: (path, node) =>
    once(`text ${node?.name} ${path}`, () =>
      attempt(async () => (await apis.open(node)).text(path)),
    ),
  answer: ({ node }, port, path) =>
    once(`answer ${node?.name} ${port.port} ${path}`, () =>
      inTurn(async () => {
        const over = await attempt(() =>
          sessions.use(node, (session) => session.dial(port.host, port.port, deadline)),
        );
        if (!over.ok) return { kind: "unknown", why: over.why };
        return ports.tls.answer({ ...port, over: over.value, ask: { path } }, deadline);
      }),
    ),
  skew: (node) =>
    once(`skew ${node?.name}`, () =>
      attempt(() => sessions.use(node, async (session) => (await session.clockSkew()).skew)),
    ),
  hostname: (node) =>
    once(`hostname ${node?.name}`, () =>
      attempt(() =>
        sessions.use(node, async (session) =>
          (await session.run(["uname", "-n"], { deadline })).stdout.trim(),
        ),
      ),
    ),
});

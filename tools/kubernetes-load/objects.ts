import { setTimeout as pause } from "node:timers/promises";
import type { Answer, Ask, Endpoint } from "./connection.ts";
import { reason } from "./policy.ts";

/** Where a load works. It is made when it is not there, and left when the load ends. */
export const namespace = "certwright-load";
const inNamespace = `/api/v1/namespaces/${namespace}`;
const reader = "reader";

export const configMaps = `${inNamespace}/configmaps`;
export const configMapOf = (writer: string): string => `${configMaps}/${writer}`;

/** A cluster that is well answers in milliseconds; the namespace's rules reach every server within a second. */
const deadline = 30_000;

/** Each of the servers in turn, until one has done it. Throws after half a minute with what the last one said. */
const insist = async (
  ask: Ask,
  servers: readonly Endpoint[],
  path: string,
  body: string | undefined,
  good: (answer: Extract<Answer, { kind: "status" }>) => boolean,
): Promise<string> => {
  const end = performance.now() + deadline;
  for (let turn = 0; ; turn++) {
    const answer = await ask(servers[turn % servers.length]!, {
      path,
      deadline: 5000,
      ...(body === undefined ? { method: "GET" } : { method: "POST", body }),
    });
    if (answer.kind === "status" && good(answer)) return answer.body;
    if (performance.now() > end) throw new Error(`load: ${path}: ${reason(answer)}`);
    await pause(100);
  }
};

const create = async (
  ask: Ask,
  servers: readonly Endpoint[],
  path: string,
  body: object,
): Promise<void> => {
  // 409: it is there already.
  await insist(
    ask,
    servers,
    path,
    JSON.stringify(body),
    ({ status }) => status < 300 || status === 409,
  );
};

/** Makes what the clients read and write: a ConfigMap for each writer, and an account that may read them. */
export const makeObjects = async (
  ask: Ask,
  servers: readonly Endpoint[],
  writers: readonly string[],
): Promise<void> => {
  const make = (path: string, body: object): Promise<void> => create(ask, servers, path, body);
  await make("/api/v1/namespaces", { metadata: { name: namespace } });
  await make(`${inNamespace}/serviceaccounts`, { metadata: { name: reader } });
  await make(`/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`, {
    metadata: { name: reader },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
    subjects: [{ kind: "ServiceAccount", name: reader, namespace }],
  });
  for (const name of writers) await make(configMaps, { metadata: { name }, data: { value: "" } });
};

/** The resourceVersion of now. */
export const currentVersion = async (ask: Ask, servers: readonly Endpoint[]): Promise<bigint> => {
  const body = await insist(ask, servers, configMaps, undefined, ({ status }) => status === 200);
  const { metadata } = JSON.parse(body) as { metadata: { resourceVersion: string } };
  return BigInt(metadata.resourceVersion);
};

/** Seconds; the shortest that the API gives. */
export const tokenLifetime = 600;

/** A token as the kubelet asks for one to project it (TokenRequest). */
export const tokenRequest = {
  operation: "token",
  method: "POST",
  path: `${inNamespace}/serviceaccounts/${reader}/token`,
  body: JSON.stringify({ spec: { expirationSeconds: tokenLifetime } }),
  tokenOf: (body: string): string =>
    (JSON.parse(body) as { status: { token: string } }).status.token,
} as const;

export const requestToken = async (ask: Ask, servers: readonly Endpoint[]): Promise<string> => {
  const { path, body } = tokenRequest;
  const good = ({ status }: { status: number }): boolean => status < 300;
  return tokenRequest.tokenOf(await insist(ask, servers, path, body, good));
};

/** Waits until a reader who shows that token may read: the binding reaches every server a moment later. */
export const untilReadable = async (ask: Ask, servers: readonly Endpoint[]): Promise<void> => {
  for (const server of servers)
    await insist(ask, [server], configMaps, undefined, ({ status }) => status === 200);
};

/** The token of a Secret that the controller-manager fills: it never expires. */
export const makeLegacyToken = async (
  ask: Ask,
  servers: readonly Endpoint[],
  secret: string,
): Promise<string> => {
  await create(ask, servers, `${inNamespace}/secrets`, {
    metadata: {
      name: secret,
      annotations: { "kubernetes.io/service-account.name": reader },
    },
    type: "kubernetes.io/service-account-token",
  });
  const tokenIn = (body: string): string | undefined =>
    (JSON.parse(body) as { data?: { token?: string } }).data?.token;
  const path = `${inNamespace}/secrets/${secret}`;
  const filled = await insist(
    ask,
    servers,
    path,
    undefined,
    ({ status, body }) => status === 200 && tokenIn(body) !== undefined,
  );
  return Buffer.from(tokenIn(filled)!, "base64").toString("utf8");
};

/** A real kube-apiserver with its etcd, started once for all cases that ask it: four seconds on two quiet cores. */
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { createPrivateKey, sign } from "node:crypto";
import { componentProgram } from "../../../../tools/components/cache.ts";
import { freePorts } from "../../../../src/adapters/etcd/free-ports.ts";
import type { Entity } from "../../../path/workshop.ts";
import { options, startPrinting, type Printing } from "../../../tls/servers.ts";
import { Lab } from "./lab.ts";

export interface Kubernetes {
  readonly port: number;
  /** Signs its clients and its own certificate, "CN=kubernetes". */
  readonly ca: Entity;
  readonly caFile: string;
  /** Its files: served certificate, its key, service account key (certificate and private). */
  readonly server: { readonly cert: string; readonly key: string };
  readonly serviceAccounts: Entity;
  /** Of group system:masters. */
  readonly admin: { readonly cert: string; readonly key: string };
  said(): string;
}

/** How often a server that starts is asked whether it is ready, in milliseconds. */
const pause = 100;

/** Longest start on a machine that builds something else at the same time, in milliseconds. */
const startDeadline = 60_000;

let shared: { readonly lab: Lab; readonly started: Promise<Kubernetes & Printing> } | undefined;

/** The cluster that all cases share. */
export const sharedKubernetes = (): Promise<Kubernetes> => {
  if (shared === undefined) {
    const lab = new Lab();
    shared = { lab, started: start(lab) };
  }
  return shared.started;
};

export const stopSharedKubernetes = async (): Promise<void> => {
  if (shared === undefined) return;
  const { lab, started } = shared;
  shared = undefined;
  await started.then((server) => server.stop()).finally(() => lab.close());
};

const start = async (lab: Lab): Promise<Kubernetes & Printing> => {
  const etcd = await lab.etcd({});
  const ca = lab.ca("CN=kubernetes");
  const server = lab.pair("apiserver", lab.server(["127.0.0.1", "kubernetes", "localhost"], ca));
  const caFile = lab.certificates("ca.crt", ca);
  const serviceAccounts = lab.server(["service-accounts"], ca);
  const [port] = await freePorts(1);
  const running = await startPrinting(
    componentProgram("kubernetes", "kube-apiserver")!,
    options({
      "--etcd-servers": `http://127.0.0.1:${etcd.port}`,
      "--bind-address": "127.0.0.1",
      "--advertise-address": "127.0.0.1",
      "--secure-port": String(port),
      "--tls-cert-file": server.cert,
      "--tls-private-key-file": server.key,
      "--client-ca-file": caFile,
      "--service-account-issuer": issuer,
      "--service-account-key-file": lab.certificates("sa.crt", serviceAccounts),
      "--service-account-signing-key-file": lab.privateKey("sa.key", serviceAccounts),
      "--authorization-mode": "RBAC",
      "--service-cluster-ip-range": "10.96.0.0/16",
      "--endpoint-reconciler-type": "none",
    }),
    new RegExp(`Serving securely on 127\\.0\\.0\\.1:(${port})`),
  );
  const admin = lab.pair(
    "admin",
    lab.client("admin", ca, { subject: "O=system:masters,CN=admin" }),
  );
  const deadline = performance.now() + startDeadline;
  while ((await ask({ port: running.port, admin }, "GET", "/readyz")) !== "ok") {
    if (performance.now() > deadline) {
      await running.stop();
      throw new Error(`kube-apiserver did not become ready: ${running.said()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return { ...running, ca, caFile, server, serviceAccounts, admin };
};

/** What the API server answers to its administrator; "" when it does not. */
export const ask = (
  { port, admin }: Pick<Kubernetes, "port" | "admin">,
  method: "GET" | "POST",
  path: string,
  body?: object,
): Promise<string> =>
  new Promise((resolve) => {
    const asking = request(
      {
        host: "127.0.0.1",
        port,
        method,
        path,
        headers: { "content-type": "application/json" },
        cert: readFileSync(admin.cert),
        key: readFileSync(admin.key),
        rejectUnauthorized: false,
        timeout: 10_000,
      },
      (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
        response.on("end", () => resolve(text));
      },
    );
    asking.on("timeout", () => asking.destroy());
    asking.on("error", () => resolve(""));
    asking.end(body === undefined ? undefined : JSON.stringify(body));
  });

/** Asks until an answer matches; the match. */
export const askUntil = async (
  kubernetes: Kubernetes,
  method: "GET" | "POST",
  path: string,
  body: object | undefined,
  wanted: RegExp,
): Promise<string> => {
  const deadline = performance.now() + startDeadline;
  for (;;) {
    const text = await ask(kubernetes, method, path, body);
    const found = wanted.exec(text)?.[0];
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`${path} did not answer so: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
};

export const issuer = "https://kubernetes.default.svc.cluster.local";

/** A service account's token, signed by `signer`; claims replace the usual ones. */
export const serviceAccountToken = (
  signer: Entity,
  claims: Readonly<Record<string, unknown>> = {},
): string => {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = part({ alg: "ES256", typ: "JWT" });
  const body = part({
    iss: issuer,
    aud: [issuer],
    sub: "system:serviceaccount:default:default",
    iat: now,
    nbf: now,
    exp: now + 3600,
    "kubernetes.io": { namespace: "default", serviceaccount: { name: "default", uid: "1" } },
    ...claims,
  });
  const key = createPrivateKey(signer.key.pem("pkcs8"));
  const signature = sign("sha256", Buffer.from(`${head}.${body}`), {
    key,
    dsaEncoding: "ieee-p1363",
  });
  return `${head}.${body}.${signature.toString("base64url")}`;
};

export interface KubeconfigWish {
  /** "https://127.0.0.1:6443" */
  readonly server: string;
  /** Lines of the cluster's entry, "certificate-authority: ca.crt". */
  readonly cluster?: Readonly<Record<string, string>>;
  readonly user?: Readonly<Record<string, string>>;
  readonly current?: string;
  /** Of the context's cluster and user; "lab" and "me" are those that are there. */
  readonly context?: { readonly cluster?: string; readonly user?: string };
}

/** A kubeconfig as kubectl config writes it. */
export const kubeconfig = (lab: Lab, name: string, wish: KubeconfigWish): string => {
  const lines = (table: Readonly<Record<string, string>> = {}) =>
    Object.entries(table).map(([key, value]) => `    ${key}: ${value}`);
  const { context = {} } = wish;
  return lab.write(
    name,
    [
      "apiVersion: v1",
      "kind: Config",
      "clusters:",
      "- name: lab",
      "  cluster:",
      `    server: ${wish.server}`,
      ...lines(wish.cluster),
      "users:",
      "- name: me",
      "  user:",
      ...(wish.user === undefined ? ["    {}"] : lines(wish.user)),
      "contexts:",
      "- name: me@lab",
      "  context:",
      `    cluster: ${context.cluster ?? "lab"}`,
      `    user: ${context.user ?? "me"}`,
      `current-context: ${wish.current ?? "me@lab"}`,
      "",
    ].join("\n"),
  );
};

/** A file's content as the "-data" fields hold it. */
export const inBase64 = (path: string): string => readFileSync(path).toString("base64");

import { CertwrightError, failure } from "../../core/errors/certwright-error.ts";
import type { Kubernetes, KubernetesObject, KubernetesTarget } from "../../ports/kubernetes.ts";
import { answerFailure, type Answer, type Asked } from "./answer-failure.ts";
import { call, type Call } from "./call.ts";
import { openCredentials, type Credentials } from "./credentials.ts";
import { requestOf } from "./request-of.ts";

/** Objects of one page, unless the caller knows better: 50 of the largest (1.5 MiB) are 75 MiB. */
const usualPage = 50;

/** Longest wait that a server can ask for before it is asked again, in milliseconds. */
const longestWait = 5_000;

/** Kubernetes' API over HTTPS, with what a kubeconfig says. */
export const httpsKubernetes: Kubernetes = {
  open(target) {
    return new Promise((resolve) => resolve(apiOf(target, openCredentials(target))));
  },
};

const apiOf = (
  target: KubernetesTarget,
  credentials: Credentials,
): Awaited<ReturnType<Kubernetes["open"]>> => {
  /** Asks again when the server was too busy to begin (429, 503 with Retry-After), and once when a plugin's credential is stale. */
  const ask = async (one: Call): Promise<{ readonly asked: Asked; readonly answer: Answer }> => {
    const request = requestOf(one.method, one.path);
    const end = performance.now() + target.deadline;
    for (let first = true; ; first = false) {
      const way = await credentials.way(end - performance.now());
      const asked = { server: way.server, kubeconfig: target.kubeconfig, as: way.as, request };
      const answer = await call(way, asked, one, Math.max(1, end - performance.now()));
      if (answer.status === 401 && first && credentials.refused()) continue;
      if (answer.retryAfter === undefined) return { asked, answer };
      const wait = Math.min(answer.retryAfter * 1000, longestWait);
      if (performance.now() + wait > end) return { asked, answer };
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  };
  const object = async (one: Call): Promise<KubernetesObject> => {
    const { asked, answer } = await ask(one);
    if (answer.status < 200 || answer.status > 299) throw answerFailure(asked, answer);
    return parsed(asked, answer) as KubernetesObject;
  };
  const absentAs = async <T>(none: T, one: () => Promise<T>): Promise<T> => {
    try {
      return await one();
    } catch (error) {
      if (error instanceof CertwrightError && error.code === "kubernetes.absent") return none;
      throw error;
    }
  };
  return {
    get: (path) => absentAs(undefined, () => object({ method: "GET", path })),
    async *list(path, { pageSize = usualPage } = {}) {
      let rest: string | undefined = "";
      while (rest !== undefined) {
        const query = `limit=${pageSize}${rest === "" ? "" : `&continue=${encodeURIComponent(rest)}`}`;
        const whole = `${path}${path.includes("?") ? "&" : "?"}${query}`;
        const { asked, answer } = await ask({ method: "GET", path: whole });
        const page = parsed(asked, answer) as Page;
        // A list that takes longer than etcd keeps old revisions goes on at a newer one (410, "inconsistent continuation").
        const goesOn = answer.status === 410 && page.metadata?.continue !== undefined;
        if (answer.status !== 200 && !goesOn) throw answerFailure(asked, answer);
        const kind = page.kind?.replace(/List$/, "");
        for (const item of page.items ?? []) {
          yield {
            ...(page.apiVersion === undefined ? {} : { apiVersion: page.apiVersion }),
            ...(kind === undefined ? {} : { kind }),
            ...item,
          };
        }
        rest = page.metadata?.continue === "" ? undefined : page.metadata?.continue;
      }
    },
    patch: (path, kind, body) =>
      object({
        method: "PATCH",
        path,
        contentType: patchTypes[kind],
        body: JSON.stringify(body),
      }),
    create: (path, body) =>
      object({
        method: "POST",
        path,
        contentType: "application/json",
        body: JSON.stringify(body),
      }),
    delete: (path) =>
      absentAs(false, async () => {
        await object({ method: "DELETE", path });
        return true;
      }),
    async text(path) {
      const { answer } = await ask({ method: "GET", path });
      return { status: answer.status, body: answer.body };
    },
    close: () => credentials.close(),
  };
};

interface Page {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly KubernetesObject[];
}

const patchTypes = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

const parsed = (asked: Asked, { status, body }: Answer): unknown => {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Said below.
  }
  const { server, kubeconfig, as, request } = asked;
  if (status !== 200) throw answerFailure({ server, kubeconfig, as, request }, { status, body });
  throw failure("kubernetes.no-api", { server, path: request.path, status, why: "no JSON" });
};

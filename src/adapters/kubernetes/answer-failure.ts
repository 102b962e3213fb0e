import { failure, type CertwrightError } from "../../core/errors/certwright-error.ts";
import type { KubernetesRequest } from "../../core/errors/kubernetes.ts";

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfter?: number;
}

export interface Asked {
  readonly server: string;
  readonly kubeconfig: string;
  /** How we said who we are: "the client certificate", "the token", "nobody". */
  readonly as: string;
  readonly request: KubernetesRequest;
}

/** The failure that an answer's status other than 2xx stands for. */
export const answerFailure = (asked: Asked, answer: Answer): CertwrightError => {
  const { server, kubeconfig, as, request } = asked;
  const { status } = answer;
  const message = messageOf(answer.body);
  if (status === 401) return failure("kubernetes.unauthorized", { server, kubeconfig, as });
  if (status === 403 && message !== undefined) {
    const [, user] = /User "([^"]*)" cannot /.exec(message) ?? [];
    // An admission plugin forbids as well, and no rule would permit that.
    return user === undefined
      ? failure("kubernetes.refused", { server, request, status, message })
      : failure("kubernetes.forbidden", { server, user, request });
  }
  if (status === 404 && message !== undefined)
    return failure("kubernetes.absent", { server, request });
  if (status === 409)
    return failure("kubernetes.conflict", { server, request, message: message ?? "" });
  if (message === undefined && status < 500)
    return failure("kubernetes.no-api", { server, path: request.path, status, why: "no Status" });
  return failure("kubernetes.refused", { server, request, status, message: message ?? "" });
};

/** Longest message shown: validation of an object repeats its values. */
const messageLimit = 500;

/** Of a Status object; undefined when the body is none. "404 page not found" is what Go says for a path nobody serves. */
const messageOf = (body: string): string | undefined => {
  if (/^404 page not found\s*$/.test(body)) return "no such path";
  try {
    const { kind, message } = JSON.parse(body) as {
      readonly kind?: string;
      readonly message?: string;
    };
    if (kind !== "Status") return undefined;
    // A webhook's words are among them: what would steer a terminal is no part of a message.
    return (message ?? "").slice(0, messageLimit).replaceAll(/\p{Cc}+/gu, " ");
  } catch {
    return undefined;
  }
};

import { setTimeout as pause } from "node:timers/promises";
import { freshly, type Answer, type Ask, type Endpoint } from "./connection.ts";
import type { Identity } from "./identity.ts";
import { isRefusal } from "./policy.ts";

/** Knows of each server, as a load balancer does, from when until when nothing would have been sent there. */
export interface Availability {
  /** It could not be reached just now. */
  missed(endpoint: Endpoint): void;
  /** Whether what was sent at that moment (of performance.now) would have gone elsewhere. */
  wasAway(endpoint: Endpoint, sentAt: number): Promise<boolean>;
  stop(): void;
}

/** haproxy asks every 2 s by default and wants two good answers; a shorter time excuses less. */
const betweenQuestions = 500;
const deadline = 5000;

/**
 * A starting API server listens before it has read the cluster's rules, and answers 401, 403 or 404 until then
 * (kubernetes#121635). Whoever finds it by a load balancer or by the Service "kubernetes" is not led there before /readyz
 * says so (kubeadm, docs/ha-considerations.md; pkg/controlplane/controller/kubernetesservice, Controller.Run). So one that
 * did not answer is away until it says that it is ready: what it answers to requests from before that is nobody's
 * failure, and what it answers afterwards is.
 */
export const watchAvailability = (ask: Ask): Availability => {
  const back = new Map<string, number>();
  const stopped = new AbortController();
  const isReady = async (endpoint: Endpoint): Promise<boolean> =>
    saysReady(await ask(endpoint, { method: "GET", path: "/readyz", deadline }));
  const untilReady = async (endpoint: Endpoint): Promise<void> => {
    while (!stopped.signal.aborted && !(await isReady(endpoint))) await pause(betweenQuestions);
    back.set(endpoint.name, performance.now());
  };
  const missed = (endpoint: Endpoint): void => {
    if (back.get(endpoint.name) === Infinity) return;
    back.set(endpoint.name, Infinity);
    void untilReady(endpoint);
  };
  return {
    missed,
    wasAway: async (endpoint, sentAt) => {
      if (sentAt < (back.get(endpoint.name) ?? 0)) return true;
      if (await isReady(endpoint)) return false;
      missed(endpoint);
      return true;
    },
    stop: () => stopped.abort(),
  };
};

/** A certificate that is refused, ours or theirs, is another matter than a server that is not ready. */
const saysReady = (answer: Answer): boolean =>
  answer.kind === "status" ? answer.status < 403 : isRefusal(answer.message);

/** Asks as nobody: /readyz is for everybody (system:public-info-viewer). */
export const asNobody = (trust: Identity): Ask => freshly(() => ({ ca: trust().ca }));

import { setTimeout as pause } from "node:timers/promises";
import type { Recorder, RequestRecord } from "../load/record.ts";
import type { Availability } from "./availability.ts";
import type { Answer, Ask, Endpoint, Question } from "./connection.ts";
import { isRefusal, judge, reason, type Operation } from "./policy.ts";

/** kubectl's patience for one request is unlimited; nobody who waits longer than this calls it well. */
const requestDeadline = 10_000;
/** For one try. */
const tryDeadline = 5000;
/** Between two rounds over all servers; client-go begins with 1 s where the server says so, which is mostly longer. */
const betweenRounds = 100;

/** What all clients of a load have in common. */
export interface Surroundings {
  readonly recorder: Recorder;
  readonly availability: Availability;
}

/** A client's name, how it connects, and to whom; `alone`: it tells about that one server, whose restart is no failure. */
export interface Caller {
  readonly client: string;
  readonly ask: Ask;
  readonly alone?: boolean;
}

export interface Request extends Omit<Question, "deadline"> {
  readonly operation: string;
  /** Milliseconds in which it has to be answered; 10 s when absent. */
  readonly deadline?: number;
  /** Finds out, of a write in doubt, whether it was done. */
  readonly look?: { readonly path: string; readonly wasDone: (body: string) => boolean };
  /** Says of an answer that seems to be a failure whether it is worth asking again. */
  readonly again?: (answer: Answer) => boolean;
}

export interface Asked {
  readonly answer: Answer;
  readonly ok: boolean;
  /** Of the record. */
  readonly startedAt: number;
  readonly phase: string;
  readonly endpoint: Endpoint;
  readonly tries: number;
  readonly inDoubt: boolean;
  readonly away: boolean;
  /** When the last try was sent, of performance.now. */
  readonly sentAt: number;
}

/** One request with failover, recorded. Gives the body of an answer that is one. */
export const request = async (
  around: Surroundings,
  caller: Caller,
  endpoints: readonly Endpoint[],
  what: Request,
): Promise<string | undefined> => {
  const asked = await attempt(around, caller, endpoints, what);
  const { answer, ok } = asked;
  record(around.recorder, caller.client, what.operation, asked);
  return ok && answer.kind === "status" ? answer.body : undefined;
};

/** From the first of `endpoints` to the next for as long as policy.ts allows. Not recorded. */
export const attempt = async (
  { recorder, availability }: Surroundings,
  { ask, client, alone = false }: Caller,
  endpoints: readonly Endpoint[],
  what: Request,
): Promise<Asked> => {
  const startedAt = recorder.now();
  const { phase } = recorder;
  const operation: Operation = what.method === "PATCH" ? "patch" : "get";
  const end = performance.now() + (what.deadline ?? requestDeadline);
  let inDoubt = false;
  let missed = 0;
  for (let tries = 1; ; tries++) {
    const endpoint = endpoints[(tries - 1) % endpoints.length]!;
    const sentAt = performance.now();
    const answer = await once(ask, endpoint, what, inDoubt);
    let verdict = judge(operation, answer);
    const outcome = { answer, startedAt, phase, endpoint, tries, inDoubt, sentAt };
    if (verdict === "answered") return { ...outcome, ok: true, away: false };
    const unsent = answer.kind === "none" && answer.unsent && verdict === "again";
    if (unsent) availability.missed(endpoint);
    if (verdict === "failed" && answer.kind === "none" && isRefusal(answer.message)) {
      recorder.refused(client, endpoint.name, answer.message);
    }
    const away =
      unsent ||
      (verdict === "failed" &&
        answer.kind === "status" &&
        (await availability.wasAway(endpoint, sentAt)));
    if (away) {
      verdict = "again";
      missed++;
    } else {
      missed = 0;
      if (verdict === "failed" && what.again?.(answer) === true) verdict = "again";
    }
    if (verdict === "in-doubt") inDoubt = true;
    // Nobody listens anywhere: whoever is asked says so at once.
    const nobody = missed >= endpoints.length;
    if (verdict === "failed" || nobody || performance.now() >= end) {
      // An API server whose own etcd member is away answers nobody, and says by /readyz that it is not to be asked.
      const silent =
        alone &&
        answer.kind === "none" &&
        !isRefusal(answer.message) &&
        (await availability.wasAway(endpoint, sentAt));
      return { ...outcome, inDoubt, ok: false, away: silent || (alone && nobody) };
    }
    if (tries % endpoints.length === 0) await pause(betweenRounds);
  }
};

const once = async (
  ask: Ask,
  endpoint: Endpoint,
  { method, path, body, look }: Request,
  inDoubt: boolean,
): Promise<Answer> => {
  const deadline = tryDeadline;
  if (inDoubt && look !== undefined) {
    const found = await ask(endpoint, { method: "GET", path: look.path, deadline });
    if (found.kind === "none" || found.status !== 200 || look.wasDone(found.body)) return found;
  }
  return ask(endpoint, { method, path, deadline, ...(body === undefined ? {} : { body }) });
};

export const record = (
  recorder: Recorder,
  client: string,
  operation: string,
  { answer, ok, startedAt, phase, endpoint, tries, inDoubt, away }: Asked,
): void => {
  const result: RequestRecord["result"] = ok ? "answered" : away ? "away" : "failed";
  const revision = ok && operation === "patch" ? revisionOf(answer) : undefined;
  recorder.add({
    client,
    operation,
    startedAt,
    endedAt: recorder.now(),
    phase,
    endpoint: endpoint.name,
    tries,
    inDoubt,
    result,
    ...(ok ? {} : { why: reason(answer) }),
    ...(revision === undefined ? {} : { revision }),
  });
};

const revisionOf = (answer: Answer): bigint | undefined => {
  if (answer.kind === "none") return undefined;
  const { metadata } = JSON.parse(answer.body) as { metadata: { resourceVersion: string } };
  return BigInt(metadata.resourceVersion);
};

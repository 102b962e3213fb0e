/** What one request of one client came to. Times are milliseconds since the load began. */
export interface RequestRecord {
  readonly client: string;
  /** "put" and "get" of etcd, "patch", "get", "watch", … of Kubernetes. */
  readonly operation: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** As somebody called it while the request was begun: a phase of a plan, "restart etcd-2", … */
  readonly phase: string;
  /** Member that answered, or that failed last. */
  readonly endpoint: string;
  /** 1 for a request that the first member answered. */
  readonly tries: number;
  /** A write of which the client had to find out whether it was done (each load's policy.ts). */
  readonly inDoubt: boolean;
  /** "away": a client that depends on one member only found it not there, which a restart of that member is. */
  readonly result: "answered" | "failed" | "away";
  readonly why?: string;
  /** Store revision of an answered write. */
  readonly revision?: bigint;
}

/** A handshake that a certificate ended, whether or not another member then answered. */
export interface Refusal {
  readonly client: string;
  readonly endpoint: string;
  readonly at: number;
  readonly phase: string;
  readonly why: string;
}

export interface ClientSummary {
  readonly client: string;
  readonly requests: number;
  readonly retried: number;
  readonly inDoubt: number;
  readonly failed: number;
  readonly away: number;
  /** Longest time without an answer, from the first request to the last; milliseconds. */
  readonly longestGapMs: number;
  readonly longestGapPhase: string;
}

export interface WatchSummary {
  readonly client: string;
  readonly events: number;
  readonly resumes: number;
  /** Revisions of answered writes that it never told of. */
  readonly missing: readonly string[];
  /** Events that came twice or after a later one. */
  readonly outOfOrder: number;
  /** Set when it ended before it was told to. */
  readonly broken?: string;
}

export interface LoadSummary {
  readonly requests: number;
  /** Answered, but not at the first try. */
  readonly retried: number;
  /** Of those: writes that a change of leader or a stopping member left in doubt until the client looked. */
  readonly inDoubt: number;
  readonly failed: number;
  /** Of clients with failover only. */
  readonly longestGapMs: number;
  readonly seconds: number;
  readonly clients: readonly ClientSummary[];
  readonly watches: readonly WatchSummary[];
  readonly refusals: readonly Refusal[];
  /** The first of them. */
  readonly failures: readonly RequestRecord[];
}

/** A minute of the heaviest load here makes 20,000; beyond this something is wrong with the one who called. */
const recordsMax = 500_000;
const failuresShown = 20;
/** A cluster that refuses everybody would fill the memory otherwise. */
const refusalsMax = 200;

/** Collects what clients meet. */
export class Recorder {
  readonly #began = performance.now();
  readonly #records: RequestRecord[] = [];
  readonly #refusals: Refusal[] = [];
  #phase = "before";

  /** Milliseconds since the load began. */
  now(): number {
    return performance.now() - this.#began;
  }

  get phase(): string {
    return this.#phase;
  }

  enter(phase: string): void {
    this.#phase = phase;
  }

  add(record: RequestRecord): void {
    if (this.#records.length < recordsMax) this.#records.push(record);
  }

  refused(client: string, endpoint: string, why: string): void {
    if (this.#refusals.length >= refusalsMax) return;
    this.#refusals.push({ client, endpoint, at: this.now(), phase: this.#phase, why });
  }

  get records(): readonly RequestRecord[] {
    return this.#records;
  }

  failures(): readonly RequestRecord[] {
    return this.#records.filter(({ result }) => result === "failed");
  }

  /** Names of those who asked. */
  clients(): readonly string[] {
    return [...new Set(this.#records.map(({ client }) => client))];
  }

  /** Revisions of the writes that were answered, in ascending order. */
  writtenRevisions(): readonly bigint[] {
    return this.#records
      .flatMap(({ revision }) => (revision === undefined ? [] : [revision]))
      .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  }

  summary(direct: ReadonlySet<string>, watches: readonly WatchSummary[]): LoadSummary {
    const clients = [...Map.groupBy(this.#records, ({ client }) => client)].map(([client, all]) =>
      summarise(client, all),
    );
    const sum = (of: (one: ClientSummary) => number): number =>
      clients.reduce((total, one) => total + of(one), 0);
    return {
      requests: sum(({ requests }) => requests),
      retried: sum(({ retried }) => retried),
      inDoubt: sum(({ inDoubt }) => inDoubt),
      failed: sum(({ failed }) => failed),
      longestGapMs: Math.max(
        0,
        ...clients.flatMap((one) => (direct.has(one.client) ? [] : [one.longestGapMs])),
      ),
      seconds: Number((this.now() / 1000).toFixed(1)),
      clients,
      watches,
      refusals: this.#refusals,
      failures: this.failures().slice(0, failuresShown),
    };
  }
}

const summarise = (client: string, records: readonly RequestRecord[]): ClientSummary => {
  let last = records[0]?.startedAt ?? 0;
  let gap = { ms: 0, phase: "" };
  for (const record of records) {
    const silent = record.endedAt - last;
    if (silent > gap.ms) gap = { ms: silent, phase: record.phase };
    if (record.result === "answered") last = record.endedAt;
  }
  const count = (keep: (record: RequestRecord) => boolean): number => records.filter(keep).length;
  return {
    client,
    // What a client of one member asked while the member was away is no request that anybody could answer.
    requests: count(({ result }) => result !== "away"),
    retried: count(({ result, tries }) => result === "answered" && tries > 1),
    inDoubt: count(({ result, inDoubt }) => result === "answered" && inDoubt),
    failed: count(({ result }) => result === "failed"),
    away: count(({ result }) => result === "away"),
    longestGapMs: Math.round(gap.ms),
    longestGapPhase: gap.phase,
  };
};

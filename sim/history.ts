import { symbolicDigest } from "./symbolic-digest.ts";

/** Something that happened in the simulated world. */
export interface Happening {
  /** Virtual milliseconds. */
  readonly at: number;
  /** "engine 1", "etcd-2", "operator", "fault", "check". */
  readonly who: string;
  readonly what: string;
  readonly detail: string;
}

export interface History {
  record(who: string, what: string, detail?: string): void;
  /** The last ones, oldest first. */
  last(count: number): readonly Happening[];
  readonly length: () => number;
  /** Over all of them: two runs with the same digest went the same way. */
  digest(): string;
}

/** Enough for the table of a failure; the digest covers everything. */
const kept = 400;

export const createHistory = (now: () => number): History => {
  let happenings: Happening[] = [];
  let count = 0;
  let chain = "";
  let pending = "";
  const flush = (): void => {
    chain = symbolicDigest(`${chain}${pending}`);
    pending = "";
  };
  return {
    record: (who, what, detail = "") => {
      count++;
      happenings.push({ at: now(), who, what, detail });
      if (happenings.length > 2 * kept) happenings = happenings.slice(-kept);
      pending += `${now()} ${who} ${what} ${detail}\n`;
      if (pending.length > 4096) flush();
    },
    last: (wanted) => happenings.slice(-wanted),
    length: () => count,
    digest: () => {
      flush();
      return chain;
    },
  };
};

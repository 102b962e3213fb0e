import type { AppendFault, EffectFault, Fault, Trigger } from "./fault.ts";

/** Which fault strikes when; counts what the engine does. */
export interface FaultBook {
  readonly faults: readonly Fault[];
  /** One more call of a port: the faults whose moment has come, with how many milliseconds they wait still. */
  call(): readonly { readonly fault: Fault; readonly later: number }[];
  effect(): EffectFault | undefined;
  /** Whether this look sees nothing. */
  look(): boolean;
  append(): { readonly how?: AppendFault; readonly killed?: number };
  restart(): { readonly extra: number; readonly stale: boolean };
  readonly effects: () => number;
  /** From now on nothing goes wrong any more. */
  heal(): void;
  readonly healed: () => boolean;
}

type Timed = Extract<Fault, { readonly at: Trigger }>;

export const createFaultBook = (faults: readonly Fault[]): FaultBook => {
  let healed = false;
  let calls = 0;
  let effects = 0;
  let looks = 0;
  let appends = 0;
  let restarts = 0;
  const timed = new Map<number, Timed[]>();
  for (const fault of faults) {
    if (!("at" in fault)) continue;
    const list = timed.get(fault.at.call);
    if (list === undefined) timed.set(fault.at.call, [fault]);
    else list.push(fault);
  }
  return {
    faults,
    call: () => {
      calls++;
      if (healed) return [];
      return (timed.get(calls) ?? []).map((fault) => ({ fault, later: fault.at.later }));
    },
    effect: () => {
      effects++;
      if (healed) return undefined;
      for (const fault of faults)
        if (fault.kind === "effect" && fault.nth === effects) return fault.how;
      return undefined;
    },
    look: () => {
      looks++;
      return (
        !healed &&
        faults.some(
          (fault) =>
            fault.kind === "blind-look" && looks >= fault.nth && looks < fault.nth + fault.count,
        )
      );
    },
    append: () => {
      appends++;
      if (healed) return {};
      let how: AppendFault | undefined;
      let killed: number | undefined;
      for (const fault of faults) {
        if (fault.kind === "append" && fault.nth === appends) how = fault.how;
        if (fault.kind === "killed-after-record" && fault.nth === appends) killed = fault.back;
      }
      return { ...(how === undefined ? {} : { how }), ...(killed === undefined ? {} : { killed }) };
    },
    restart: () => {
      restarts++;
      let extra = 0;
      let stale = false;
      for (const fault of healed ? [] : faults) {
        if (fault.kind === "slow-restart" && fault.nth === restarts) extra += fault.extra;
        if (fault.kind === "stale-start" && fault.nth === restarts) stale = true;
      }
      return { extra, stale };
    },
    effects: () => effects,
    heal: () => {
      healed = true;
    },
    healed: () => healed,
  };
};

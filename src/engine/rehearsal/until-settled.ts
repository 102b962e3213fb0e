import { gather, type Gathered, type GatherOptions } from "../rotation/gather/gather.ts";

const betweenLooks = 1000;

/**
 * The copy's inventory once nothing contradicts it. Leases of the original's controller-managers and schedulers have to
 * run out first. After the deadline, as it is then.
 */
export const untilSettled = async (options: GatherOptions, deadline: number): Promise<Gathered> => {
  const { clock, timer } = options.ports;
  const until = clock.now() + deadline;
  for (;;) {
    const gathered = await gather(options);
    if (gathered.findings.length === 0 || clock.now() >= until) return gathered;
    await timer.sleep(betweenLooks);
  }
};

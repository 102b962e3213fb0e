/** Machines that are looked at at a time: each is a process of ssh. */
const nodesAtOnce = 16;

/** What `look` says of each, in their order; `done` is told how many there are already. Throws what `look` throws first. */
export const lookAtEach = async <T, R>(
  all: readonly T[],
  look: (one: T) => Promise<R>,
  done: (count: number) => void,
): Promise<readonly R[]> => {
  const seen: R[] = [];
  let next = 0;
  let count = 0;
  const worker = async (): Promise<void> => {
    while (next < all.length) {
      const i = next++;
      seen[i] = await look(all[i]!);
      count += 1;
      done(count);
    }
  };
  await Promise.all(Array.from({ length: Math.min(nodesAtOnce, all.length) }, worker));
  return seen;
};

/** Lets so many calls run at once; the others wait in order. */
export const limitCalls = (concurrent: number): (<T>(work: () => Promise<T>) => Promise<T>) => {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= concurrent) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // The next one takes this one's turn, so that nobody who comes meanwhile does.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
};

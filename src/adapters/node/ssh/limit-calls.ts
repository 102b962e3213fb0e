/** sshd takes 10 sessions of one connection (MaxSessions, sshd_config(5)); one of them holds the connection. */
const concurrent = 8;

/** Lets so many calls run at once; the others wait in order. */
export const limitCalls = (): (<T>(work: () => Promise<T>) => Promise<T>) => {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= concurrent) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      await promise;
    }
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
};

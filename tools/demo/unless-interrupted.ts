/** A cluster that is half up cannot be asked to stop; it ends with this process. Throws when the signal comes first. */
export const unlessInterrupted = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(new Error("interrupted")), { once: true });
  return Promise.race([work, promise]);
};

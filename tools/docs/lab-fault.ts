/** The verdict that a case of the fault lab asserts, read from its source: loading it would load the whole lab. */
export const labFault = (source: string): string | undefined =>
  /\bfault: "([\w.-]+)"/.exec(source)?.[1];

import type { TestContext } from "node:test";

export type Step = (title: string, part: () => Promise<void>) => Promise<void>;

/** Parts of a test that build on each other: what comes after one that failed would only fail for its sake. */
export const stepsOf =
  (t: TestContext): Step =>
  async (title, part) => {
    let failed: { readonly error: unknown } | undefined;
    await t.test(title, async () => {
      try {
        await part();
      } catch (error) {
        failed = { error };
        throw error;
      }
    });
    if (failed !== undefined) throw failed.error;
  };

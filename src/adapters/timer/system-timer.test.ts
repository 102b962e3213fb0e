import { test } from "node:test";
import { systemTimer } from "./system-timer.ts";

test("a sleep ends by itself, and leaves no listener behind", async () => {
  const controller = new AbortController();
  await systemTimer.sleep(1, controller.signal);
  await systemTimer.sleep(1);
  controller.abort();
});

test(
  "a sleep ends when its signal aborts, also when that was before",
  { timeout: 20_000 },
  async () => {
    const controller = new AbortController();
    const long = systemTimer.sleep(3_600_000, controller.signal);
    controller.abort();
    await long;
    await systemTimer.sleep(3_600_000, controller.signal);
  },
);

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { madeUpRecovery } from "./examples/made-up-recovery.ts";
import { now, type MadeUp } from "./examples/made-up-tree.ts";
import type { WebhookFound } from "./facts.ts";
import { verdictOf } from "./verdict.ts";

const day = 86_400_000;

const webhook = (name: string, found: Partial<WebhookFound> = {}): WebhookFound => ({
  kind: "ValidatingWebhookConfiguration",
  configuration: "checks",
  name,
  index: 0,
  failurePolicy: "Fail",
  service: "shop/checks",
  isServed: true,
  caEnds: [now + day],
  ...found,
});

const gone = (webhooks: readonly WebhookFound[]): MadeUp => ({
  masters: ["m1", "m2"],
  without: (_, file) => !file.path.startsWith("/"),
  webhooks,
});

const heldOpen = (found: Partial<WebhookFound>): readonly string[] =>
  madeUpRecovery(gone([webhook("one", found)]))
    .phases.flatMap(({ steps }) => steps)
    .flatMap(({ effect }) => (effect.kind === "webhooks.open" ? effect.webhooks : []))
    .map(({ name }) => name);

describe("webhooks of a cluster that is recovered", () => {
  test("one that nobody answers for is held open: its Service is gone, or its CAs have expired", () => {
    assert.deepEqual(heldOpen({ isServed: false }), ["one"]);
    assert.deepEqual(heldOpen({ caEnds: [now - 1, now - day] }), ["one"]);
  });

  test("others are left: those that may answer, and those that block nobody", () => {
    assert.deepEqual(heldOpen({}), []);
    assert.deepEqual(heldOpen({ caEnds: [now - 1, now + day] }), []);
    assert.deepEqual(heldOpen({ caEnds: [] }), [], "verified by what the machine trusts");
    assert.deepEqual(heldOpen({ failurePolicy: "Ignore", isServed: false }), []);
  });

  test("it is open before a kubelet asks the API for anything, and closed when all is done", () => {
    const { phases } = madeUpRecovery(gone([webhook("one", { isServed: false })]));
    const ids = phases.map(({ id }) => id);
    assert.equal(ids.indexOf("webhooks"), ids.indexOf("api") + 1);
    assert.ok(ids.indexOf("webhooks") < ids.indexOf("kubelets"));
    assert.equal(ids.at(-1), "webhooks-back");
    const [open, close] = phases
      .flatMap(({ steps }) => steps)
      .filter(({ effect }) => effect.kind.startsWith("webhooks."));
    const webhooks = [
      { kind: "ValidatingWebhookConfiguration", configuration: "checks", name: "one", index: 0 },
    ];
    assert.deepEqual(open!.proves, [{ kind: "webhooks", open: true, webhooks }]);
    assert.deepEqual(close!.proves, [{ kind: "webhooks", open: false, webhooks }]);
    assert.match(open!.title, /webhook one of .* checks \(there is no Service shop\/checks\)$/);
  });

  test("the verdict says which are held open, and what to type for one that may not answer", () => {
    const { situation, phases } = madeUpRecovery(
      gone([
        webhook("dead", { isServed: false }),
        webhook("doubtful", { index: 1, configuration: "it's" }),
      ]),
    );
    const words = verdictOf(situation, phases)
      .interruptions.map(({ what }) => what)
      .join("\n");
    assert.match(
      words,
      /^webhook dead of .*: there is no Service shop\/checks, so that it is held/m,
    );
    assert.ok(
      words.includes(
        String.raw`kubectl patch validatingwebhookconfiguration 'it'\''s' --type json -p '[{"op":"test","path":"/webhooks/1/name","value":"doubtful"},{"op":"test","path":"/webhooks/1/failurePolicy","value":"Fail"},{"op":"replace","path":"/webhooks/1/failurePolicy","value":"Ignore"}]'`,
      ),
      words,
    );
  });
});

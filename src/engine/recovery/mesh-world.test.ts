import assert from "node:assert/strict";
import { test } from "node:test";
import { failure } from "../../core/errors/certwright-error.ts";
import { done, unknown } from "../rotation/perform/outcome.ts";
import { withoutDoubt } from "./mesh-world.ts";

test("a workload whose pods do not become ready is not in doubt, and one that was not waited for is", () => {
  const late = { consumer: "Deployment/shop/cart", seconds: 60, why: "of 1 pods 1 are new" };
  assert.equal(withoutDoubt(unknown(failure("rotation.rollout-late", late))).kind, "refused");
  assert.equal(withoutDoubt(unknown(failure("rotation.wait-left", late))).kind, "unknown");
  assert.equal(withoutDoubt(done), done);
});

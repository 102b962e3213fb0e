import assert from "node:assert/strict";
import { test } from "node:test";
import { failureWords } from "./failure-words.ts";

test("the system's words are told without what grpc-js wraps them in", () => {
  assert.equal(
    failureWords(
      "No connection established. Last error: Error: connect ECONNREFUSED 10.0.0.1:2379. Resolution note: ",
    ),
    "connect ECONNREFUSED 10.0.0.1:2379",
  );
  assert.equal(
    failureWords(
      "No connection established. Last error: certificate has expired. Resolution note: x",
    ),
    "certificate has expired",
  );
  assert.equal(failureWords("etcdserver: permission denied"), "etcdserver: permission denied");
});

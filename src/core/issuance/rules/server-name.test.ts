import assert from "node:assert/strict";
import { test } from "node:test";
import { refusal } from "../../../../test/issuance/question.ts";

const client = { cnValidations: ["disabled"] };

test("a server's certificate without a name is refused where that is asked for, and a client's is not", () => {
  const settings = { serverNameRequired: true };
  assert.equal(refusal({ commonName: "John Doe" }, client, { settings }).rule, "server-name");
  assert.equal(refusal({ commonName: "John Doe" }, client).rule, "");
  assert.equal(
    refusal({ commonName: "John Doe" }, { ...client, serverFlag: false }, { settings }).rule,
    "",
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { parseRole } from "../../core/issuance/parse-role.ts";
import { adviceFor } from "./advice.ts";

const flags = { issuer: "ca", profile: "tls-server" };
const request = { ...flags, request: new Uint8Array() };

test("advice for an order of flags names flags", () => {
  assert.equal(
    adviceFor(flags, "a request with alt_names or ip_sans that clients connect to"),
    "a request with --dns or --ip that clients connect to",
  );
  assert.equal(
    adviceFor(flags, "a not_after behind not_before, or a longer ttl"),
    "a not_after behind not_before, or a longer --ttl",
  );
});

test("advice for a signing request names what to put into it, unless the role does not look there", () => {
  const advice = "a request with alt_names or ip_sans that clients connect to";
  assert.equal(
    adviceFor(request, advice),
    "a request with DNS names or IP addresses that clients connect to",
  );
  const { role } = parseRole({ use_csr_sans: false });
  assert.match(adviceFor({ ...request, role: { name: "web", fields: role } }, advice), /--dns/);
});

test("fields of roles stay as they are typed, and what has no flag is not advised", () => {
  assert.equal(
    adviceFor(flags, "a request with common_name; or a role with require_cn=false, ttl=1h"),
    "a request with --cn; or a role with require_cn=false, ttl=1h",
  );
  assert.equal(
    adviceFor(flags, "a name without empty labels; or exclude_cn_from_sans=true for others"),
    "a name without empty labels",
  );
});

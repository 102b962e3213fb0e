import assert from "node:assert/strict";
import { test } from "node:test";
import { csr, issued, namesOf, refusal } from "../../../../test/issuance/question.ts";

const any = { allowAnyName: true };

test("addresses are refused in Vault's words when the role allows none", () => {
  const closed = { ...any, allowIpSans: false };
  assert.equal(
    refusal({ commonName: "a.example.com", ipSans: ["10.0.0.1"] }, closed).message,
    "IP Subject Alternative Names are not allowed in this role, but was provided via the API",
  );
  assert.equal(
    refusal(
      {
        csr: csr({
          commonName: "a.example.com",
          names: [{ kind: "ip", value: "10.0.0.1", bytes: Uint8Array.of(10, 0, 0, 1) }],
        }),
      },
      closed,
    ).message,
    "IP Subject Alternative Names are not allowed in this role, but was provided some via CSR",
  );
});

test("what is no address is refused in Vault's words", () => {
  assert.equal(
    refusal({ commonName: "a.example.com", ipSans: ["10.0.0"] }, any).message,
    'the value "10.0.0" is not a valid IP address',
  );
});

test("allowed_ip_sans_cidr binds the addresses of requests and of signing requests alike (CVE-2026-115369)", () => {
  const role = { ...any, allowedIpSansCidr: ["10.0.0.0/8", "2001:db8::/32"] };
  const message = 'the IP address "192.168.1.1" is not allowed in this role';
  assert.equal(
    refusal({ commonName: "a", ipSans: ["10.1.2.3", "192.168.1.1"] }, role).message,
    message,
  );
  assert.equal(
    refusal(
      {
        csr: csr({
          commonName: "a",
          names: [{ kind: "ip", value: "192.168.1.1", bytes: Uint8Array.of(192, 168, 1, 1) }],
        }),
      },
      role,
    ).message,
    message,
  );
  assert.equal(refusal({ commonName: "a", ipSans: ["10.1.2.3", "2001:db8::1"] }, role).message, "");
});

test("an address given as a common or alternative name is written as an address, with a warning (vault#8424)", () => {
  const request = {
    commonName: "10.0.0.1",
    altNames: ["10.0.0.2", "2001:db8::1"],
    ipSans: ["10.0.0.2"],
  };
  const { template, warnings } = issued(request, any);
  assert.deepEqual(namesOf(template), ["ip 10.0.0.2", "ip 10.0.0.1", "ip 2001:db8::1"]);
  assert.equal(warnings.filter((warning) => warning.includes("is an IP address")).length, 3);
});

test("with vaultIdentical it stays the DNS name that Vault makes of it", () => {
  const { template, warnings } = issued({ commonName: "10.0.0.1" }, any, {
    settings: { vaultIdentical: true },
  });
  assert.deepEqual(namesOf(template), ["dns 10.0.0.1"]);
  assert.deepEqual(warnings, []);
});

test("an IPv4 address in IPv6 form is written in four octets", () => {
  const { template } = issued({ commonName: "a", ipSans: ["::ffff:10.0.0.1"] }, any);
  assert.deepEqual(namesOf(template), ["dns a", "ip 10.0.0.1"]);
});

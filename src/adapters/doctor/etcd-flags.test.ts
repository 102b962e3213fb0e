import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { etcdConfig, flagsOfVariables, flagsOfYaml, readUnit, variablesOf } from "./etcd-flags.ts";

const values = (fields: Readonly<Record<string, { readonly value: string }>>) =>
  Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, value]));

test("flags of a unit are read over its broken lines, with and without equals signs", () => {
  const unit = readUnit(
    [
      "[Service]",
      'Environment="ETCD_NAME=e1" ETCD_DATA_DIR=/var/lib/etcd',
      "EnvironmentFile=-/etc/default/etcd",
      "ExecStart=/usr/bin/etcd --cert-file /etc/a.crt \\",
      "  --key-file=/etc/a.key \\",
      "  # a remark between",
      "  --client-cert-auth \\",
      '  --trusted-ca-file="/etc/my ca.crt"',
      "Restart=always",
    ].join("\n"),
    "etcd.service",
  );
  assert.deepEqual(values(unit.flags), {
    "cert-file": "/etc/a.crt",
    "key-file": "/etc/a.key",
    "client-cert-auth": "true",
    "trusted-ca-file": "/etc/my ca.crt",
  });
  assert.deepEqual(values(unit.variables), { ETCD_NAME: "e1", ETCD_DATA_DIR: "/var/lib/etcd" });
  assert.deepEqual(unit.flags["key-file"]?.at, {
    file: "etcd.service",
    line: 5,
    field: "--key-file",
  });
  assert.deepEqual(
    unit.environmentFiles.map(({ path, optional }) => ({ path, optional })),
    [{ path: "/etc/default/etcd", optional: true }],
  );
});

test("variables, YAML and flags give one configuration", () => {
  const variables = variablesOf('# x\nexport ETCD_PEER_CERT_FILE="/p.crt"\nETCD_NAME=e1\n', "env");
  assert.deepEqual(values(flagsOfVariables(variables)), { "peer-cert-file": "/p.crt", name: "e1" });
  const at = { file: "etcd.yml" };
  const yaml = flagsOfYaml({
    name: { value: "e1", at },
    "client-transport-security.cert-file": { value: "/c.crt", at },
    "peer-transport-security.trusted-ca-file": { value: "/p-ca.crt", at },
  });
  assert.deepEqual(values(yaml), {
    name: "e1",
    "cert-file": "/c.crt",
    "peer-trusted-ca-file": "/p-ca.crt",
  });
  assert.equal(etcdConfig("etcd.yml", yaml).about, "e1");
});

test("whatever stands in a unit or environment file, it is read to its end without a throw", () => {
  const line = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.constantFrom("ExecStart=etcd \\", 'Environment="A=', "--cert-file=\\", "ETCD_NAME='", "\\"),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      const text = lines.join("\n");
      readUnit(text, "unit");
      flagsOfVariables(variablesOf(text, "env"));
    }),
    { seed: 4, numRuns: 500 },
  );
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { issuedCommand, readIssued, type ReadIssued } from "../../src/core/audit-log/issued.ts";
import {
  readUses,
  toldCredentials,
  usesCommand,
  type ReadUses,
} from "../../src/core/audit-log/uses.ts";

const old = "3f".repeat(32);
const young = "a1".repeat(32);

/** As kube-apiserver 1.35.4 writes it, level Metadata, in this order of fields. */
const event = (fields: {
  credential?: string;
  user?: string;
  uri?: string;
  agent?: string;
  object?: unknown;
  at?: string;
  pod?: string;
  issued?: string;
}): string =>
  JSON.stringify({
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: "Metadata",
    auditID: "0e3a5c5e-9d0b-4f0e-8f9e-1f7d3b0a6b52",
    stage: "ResponseComplete",
    requestURI: fields.uri ?? "/api/v1/namespaces/kube-system/pods?limit=500",
    verb: "list",
    user: {
      username: fields.user ?? "kubernetes-admin",
      groups: ["kubeadm:cluster-admins", "system:authenticated"],
      extra: {
        ...(fields.credential === undefined
          ? {}
          : { "authentication.kubernetes.io/credential-id": [fields.credential] }),
        ...(fields.pod === undefined
          ? {}
          : { "authentication.kubernetes.io/pod-uid": [fields.pod] }),
      },
    },
    sourceIPs: ["10.0.0.5", "10.0.0.1"],
    userAgent: fields.agent ?? "kubectl/v1.35.4 (linux/amd64) kubernetes/abc",
    objectRef: { resource: "pods", namespace: "kube-system", apiVersion: "v1" },
    responseStatus: { metadata: {}, code: 200 },
    ...(fields.object === undefined ? {} : { requestObject: fields.object }),
    requestReceivedTimestamp: fields.at ?? "2026-11-23T10:00:00.123456Z",
    stageTimestamp: fields.at ?? "2026-11-23T10:00:00.223456Z",
    annotations: {
      ...(fields.issued === undefined
        ? {}
        : { "authentication.kubernetes.io/issued-credential-id": fields.issued }),
      "authorization.k8s.io/decision": "allow",
    },
  });

const x509 = (fingerprint: string): string => `X509SHA256=${fingerprint}`;

const readFrom = (
  files: readonly (readonly string[])[],
  kind: "X509SHA256=" | "JTI=" = "X509SHA256=",
  told?: readonly string[],
  since = "2026-11-23T00:00:00.000000Z",
): ReadUses => {
  const input = told?.map((one) => `${one}\n`).join("");
  const stdout = overLogs(
    files,
    (paths) => usesCommand(kind, since, input === undefined ? paths : [toldCredentials, ...paths]),
    input,
  );
  const read = readUses(stdout);
  assert.ok(read, stdout);
  return read;
};

/** What the command prints over files with these lines. */
const overLogs = (
  files: readonly (readonly string[])[],
  command: (paths: readonly string[]) => readonly string[],
  input = "",
): string => {
  const dir = mkdtempSync(join(tmpdir(), "audit-"));
  try {
    const paths = files.map((lines, i) => {
      const path = join(dir, `audit-${i}.log`);
      writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
      return path;
    });
    const [program, ...words] = command(paths);
    const { stdout, stderr } = spawnSync(program!, words, { encoding: "utf8", input });
    assert.equal(stderr, "");
    return stdout;
  } finally {
    rmSync(dir, { recursive: true });
  }
};

test("requests with one certificate, by one user from one place, are one use with its last time", () => {
  const read = readFrom([
    [
      event({ credential: x509(old), at: "2026-11-23T09:00:00.000000Z" }),
      event({ credential: x509(old), at: "2026-11-23T11:30:00.000000Z" }),
    ],
    [
      event({ credential: x509(old), at: "2026-11-23T10:00:00.000000Z" }),
      event({ credential: x509(young), user: "ci" }),
      event({ credential: "JTI=7d1c", user: "system:serviceaccount:a:b" }),
      event({ user: "system:anonymous" }),
    ],
  ]);
  assert.equal(read.oldest, "2026-11-23T09:00:00.000000Z");
  assert.equal(read.more, false);
  assert.deepEqual(
    read.uses.toSorted((a, b) => a.credential.localeCompare(b.credential)),
    [
      {
        credential: x509(old),
        user: "kubernetes-admin",
        pod: "",
        from: "10.0.0.5",
        userAgent: "kubectl/v1.35.4 (linux/amd64) kubernetes/abc",
        last: "2026-11-23T11:30:00.000000Z",
        count: 3,
      },
      {
        credential: x509(young),
        user: "ci",
        pod: "",
        from: "10.0.0.5",
        userAgent: "kubectl/v1.35.4 (linux/amd64) kubernetes/abc",
        last: "2026-11-23T10:00:00.223456Z",
        count: 1,
      },
    ],
  );
});

test("tokens are told apart by the same program, with the pod that each was made for", () => {
  const { uses } = readFrom(
    [[event({ credential: "JTI=7d1c", user: "system:serviceaccount:a:b", pod: "0b1f-22" })]],
    "JTI=",
  );
  assert.deepEqual(
    uses.map(({ credential, pod, user }) => ({ credential, pod, user })),
    [{ credential: "JTI=7d1c", pod: "0b1f-22", user: "system:serviceaccount:a:b" }],
  );
});

test("nobody passes for another by what he sends: user agent, path and object are read as what they are", () => {
  const forged = `x","stageTimestamp":"2020-01-01T00:00:00Z","user":{"username":"somebody-else"}`;
  const { uses } = readFrom([
    [
      event({
        credential: x509(old),
        agent: forged,
        uri: `/?${forged}`,
        object: {
          user: { username: "somebody-else" },
          userAgent: "another",
          sourceIPs: ["1.2.3.4"],
          stageTimestamp: "2020-01-01T00:00:00Z",
          "authentication.kubernetes.io/credential-id": [x509(young)],
        },
      }),
    ],
  ]);
  const [use, ...more] = uses;
  assert.deepEqual(more, []);
  assert.equal(use?.credential, x509(old));
  assert.equal(use.user, "kubernetes-admin");
  assert.equal(use.from, "10.0.0.5");
  assert.equal(use.userAgent, forged);
  assert.equal(use.last, "2026-11-23T10:00:00.223456Z");
});

test("an empty log has no oldest record, and lines that are no JSON do no harm", () => {
  assert.deepEqual(readFrom([[]]), { uses: [], more: false });
  assert.equal(readFrom([["", "X509SHA256=", "{", event({})]]).uses.length, 0);
});

test("more kinds of requests than are counted are told as that, and output that was cut short as none", () => {
  const many = Array.from({ length: 2001 }, (_, i) =>
    event({ credential: x509(old), agent: `agent ${i}` }),
  );
  const read = readFrom([many]);
  assert.equal(read.more, true);
  assert.equal(read.uses.length, 2000);
  assert.equal(readUses("use\tX509SHA256=1\tu\t\tip\tagent\t2026"), undefined);
  assert.equal(readUses(""), undefined);
});

test("kinds of requests from before the time that is asked about leave room for those within it", () => {
  const before = (count: number): readonly string[] =>
    Array.from({ length: count }, (_, i) =>
      event({ credential: x509(old), agent: `agent ${i}`, at: "2026-11-23T09:00:00.000000Z" }),
    );
  const now = [
    event({ credential: x509(young) }),
    event({ credential: x509(old), agent: "agent 0" }),
  ];
  const since = "2026-11-23T10:00:00.000000Z";
  const many = readFrom([[...before(2500), ...now]], undefined, undefined, since);
  assert.equal(many.more, false);
  assert.equal(many.uses.length, 2, "those within it, where there is no room for all");
  const few = readFrom([[...before(3), ...now]], undefined, undefined, since);
  assert.equal(few.uses.length, 4, "and those before it where there is");
});

test("tokens that are known are counted together, and the others told apart", () => {
  const read = readFrom(
    [
      [
        event({ credential: "JTI=new", user: "system:serviceaccount:a:b" }),
        event({ credential: "JTI=old", user: "system:serviceaccount:a:c" }),
        event({ credential: "JTI=new", user: "system:serviceaccount:a:b" }),
      ],
    ],
    "JTI=",
    ["JTI=new", "JTI=another"],
  );
  assert.deepEqual(
    read.uses.map(({ credential }) => credential),
    ["JTI=old"],
  );
  assert.equal(read.known, 2);
  assert.equal(read.oldest, "2026-11-23T10:00:00.223456Z");
});

const issuedIn = (lines: readonly string[], since: string): ReadIssued => {
  const stdout = overLogs([lines], (paths) => issuedCommand(since, paths));
  const read = readIssued(stdout);
  assert.ok(read, stdout);
  return read;
};

test("what was issued since a moment is told, each once, and what was issued before it is not", () => {
  const read = issuedIn(
    [
      event({ issued: "JTI=before", at: "2026-11-23T09:59:59.999999Z" }),
      event({ issued: "JTI=one", at: "2026-11-23T10:00:00.000000Z" }),
      event({ issued: "JTI=two", at: "2026-11-23T11:00:00.000000Z" }),
      event({ issued: "JTI=one", at: "2026-11-23T12:00:00.000000Z" }),
      event({ credential: "JTI=used" }),
      "{",
    ],
    "2026-11-23T10:00:00.000000Z",
  );
  assert.deepEqual(read, { credentials: ["JTI=one", "JTI=two"], more: false });
});

test("nobody has a token taken for a new one by what he sends", () => {
  const annotations = { "authentication.kubernetes.io/issued-credential-id": "JTI=mine" };
  const read = issuedIn(
    [
      event({ object: { stageTimestamp: "2030-01-01T00:00:00.000000Z", annotations } }),
      event({
        agent: `"stageTimestamp":"2030-01-01T00:00:00.000000Z","authentication.kubernetes.io/issued-credential-id":"JTI=mine"`,
      }),
    ],
    "2026-11-23T00:00:00.000000Z",
  );
  assert.deepEqual(read.credentials, []);
});

test("more tokens than are told are told as that, and a list that was cut short as none", () => {
  const many = Array.from({ length: 25_001 }, (_, i) => event({ issued: `JTI=${i}` }));
  const read = issuedIn(many, "2026-11-23T00:00:00.000000Z");
  assert.equal(read.more, true);
  assert.equal(read.credentials.length, 25_000);
  assert.equal(readIssued("JTI=1\nJTI=2"), undefined);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { isFailure } from "../errors/certwright-error.ts";
import { withRestartMark } from "./restart-mark.ts";

const manifest = `# by hand
apiVersion: v1
kind: Pod
metadata:
  annotations:
    kubeadm.kubernetes.io/etcd.advertise-client-urls: https://10.0.0.1:2379
  name: etcd
spec:
  containers:
  - command:
    - etcd
    - --name=m1 # first
`;
const later = Date.UTC(2026, 0, 2, 3, 4, 5);

test("a manifest is marked by one line, and everything else stays as its author wrote it", () => {
  const marked = withRestartMark(manifest, "etcd.yaml", 0);
  const lines = marked.split("\n");
  const [line, ...others] = lines.filter((one) => !manifest.includes(one));
  assert.match(line!, /^ {4}certwright\/restarted-at: "?1970-01-01T00:00:00Z"?$/);
  assert.deepEqual(others, []);
  assert.equal(lines.filter((one) => one !== line).join("\n"), manifest);
});

test("a later mark takes the place of an earlier one", () => {
  const once = withRestartMark(manifest, "etcd.yaml", later);
  assert.equal(
    withRestartMark(withRestartMark(manifest, "etcd.yaml", 0), "etcd.yaml", later),
    once,
  );
  assert.notEqual(once, withRestartMark(manifest, "etcd.yaml", 0));
});

test("a manifest without annotations gets some, also one in JSON", () => {
  const bare = manifest.replace(/ {2}annotations:\n.*\n/, "");
  assert.match(withRestartMark(bare, "etcd.yaml", 0), /annotations:\n {4}certwright/);
  const json = '{"kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[]}}';
  assert.deepEqual(parse(withRestartMark(json, "a.json", 0)), {
    kind: "Pod",
    metadata: { name: "a", annotations: { "certwright/restarted-at": "1970-01-01T00:00:00Z" } },
    spec: { containers: [] },
  });
});

test("what is no pod is refused", () => {
  assert.throws(
    () => withRestartMark("kind: List\n", "x.yaml", 0),
    (error) => isFailure(error, "manifest.malformed"),
  );
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { utf8Bytes, utf8Of } from "../../bytes/utf8.ts";
import { bytesOfDump, readDeletion, readFoundKeys, readHead, readMembers } from "./etcd-record.ts";
import { configMapData, nodeObject, staticPod, webhooksIn } from "./kubernetes-object.ts";

const varint = (value: number): readonly number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];

type Part = string | readonly number[];

/** A field that is text or a message. */
const field = (number: number, ...parts: readonly Part[]): readonly number[] => {
  const bytes = parts.flatMap((part) =>
    typeof part === "string" ? Array.from(utf8Bytes(part)) : part,
  );
  return [...varint(number * 8 + 2), ...varint(bytes.length), ...bytes];
};
const number = (at: number, value: number): readonly number[] => [
  ...varint(at * 8),
  ...varint(value),
];

const stored = (...parts: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from([
    ...utf8Bytes("k8s\0"),
    ...field(1, field(1, "v1"), field(2, "X")),
    ...field(2, ...parts),
    ...field(3, ""),
  ]);

const key = "/registry/configmaps/kube-system/kubeadm-config";
const record = (revision: number, value: Uint8Array): Uint8Array =>
  Uint8Array.from([
    ...utf8Bytes(key),
    ...number(2, 7),
    ...number(3, revision),
    ...number(4, 1),
    ...field(5, [...value]),
    ...number(6, 0),
  ]);

describe("what etcd's database tells as it lies there", () => {
  test("a record's revision and where its value stands", () => {
    const bytes = record(300, utf8Bytes("the value"));
    const head = readHead(bytes, key)!;
    assert.equal(head.modRevision, 300);
    const value = bytes.subarray(head.start, head.start + head.length);
    assert.equal(utf8Of(value).text, "the value");
  });

  test("a longer key, a deletion and a page of something else are no record", () => {
    const longer = utf8Bytes(`${key}-2\u0010\u0007\u0018\u0007\u0020\u0001*\u0001x`);
    assert.equal(readHead(longer, key), undefined);
    assert.equal(readHead(utf8Bytes(key), key), undefined);
    assert.equal(readHead(utf8Bytes(`${key}, said a log line`), key), undefined);
  });

  test("the revision of a deletion, which has no value and the mark of a tombstone", () => {
    const revision = [0, 0, 0, 0, 0, 0, 1, 44, 0x5f, 0, 0, 0, 0, 0, 0, 0, 0];
    const before = (mark: readonly number[]): Uint8Array =>
      Uint8Array.from([9, 9, 9, ...revision, ...mark, 0x0a, key.length, ...utf8Bytes(key)]);
    const at = (bytes: Uint8Array): number => bytes.length - key.length;
    const deletion = before([0x74]);
    assert.equal(readDeletion(deletion, at(deletion), key), 300);
    const other = before([]);
    assert.equal(readDeletion(other, at(other), key), undefined);
    assert.equal(readDeletion(utf8Bytes(key), 0, key), undefined);
  });

  test("places of keys, and dumps of octets", () => {
    assert.deepEqual(readFoundKeys(`12:${key}\nBinary file matches\n`), [{ offset: 12, key }]);
    assert.deepEqual(bytesOfDump(" 6b 38\n 73 00\n"), Uint8Array.of(0x6b, 0x38, 0x73, 0));
  });

  test("a member as often as there are pages of it is one member", () => {
    const line = '99:{"id":5,"peerURLs":["https://10.0.0.1:2380"],"name":"m1","clientURLs":[]}';
    assert.deepEqual(readMembers(`${line}\n${line}\n`), [
      { name: "m1", peerUrls: ["https://10.0.0.1:2380"] },
    ]);
  });
});

describe("objects as an API server stores them", () => {
  test("a ConfigMap's data", () => {
    const entry = field(
      2,
      field(1, "ClusterConfiguration"),
      field(2, "kind: ClusterConfiguration"),
    );
    assert.deepEqual(configMapData(stored(field(1, field(1, "kubeadm-config")), entry)), {
      ClusterConfiguration: "kind: ClusterConfiguration",
    });
  });

  test("a Node's name and addresses, internal ones first", () => {
    const address = (type: string, value: string) => field(5, field(1, type), field(2, value));
    const node = stored(
      field(1, field(1, "m1")),
      field(
        3,
        address("Hostname", "m1"),
        address("InternalIP", "10.0.0.1"),
        address("ExternalIP", "192.0.2.1"),
      ),
    );
    assert.deepEqual(nodeObject(node), {
      name: "m1",
      addresses: ["10.0.0.1", "m1"],
      names: ["m1", "10.0.0.1", "192.0.2.1"],
    });
  });

  test("a mirror pod's program, words and folders of its machine", () => {
    const volume = field(
      1,
      field(1, "certs"),
      field(2, field(1, field(1, "/pki"), field(2, "Directory"))),
    );
    const secret = field(1, field(1, "token"), field(2, field(6, "x")));
    const mount = (name: string) =>
      field(9, field(1, name), number(2, 1), field(3, `/mnt/${name}`));
    const container = field(
      2,
      field(1, "etcd"),
      field(2, "etcd:3.6"),
      field(3, "etcd"),
      field(3, "--name=m1"),
      field(8, field(2, field(1, "cpu"), field(2, field(1, "100m")))),
      mount("certs"),
      mount("token"),
    );
    const pod = stored(
      field(1, field(1, "etcd-m1")),
      field(2, volume, secret, container, field(10, "m1")),
    );
    assert.deepEqual(staticPod(pod), {
      program: "etcd",
      node: "m1",
      image: "etcd:3.6",
      command: ["etcd", "--name=m1"],
      mounts: [
        {
          name: "certs",
          hostPath: "/pki",
          type: "Directory",
          mountPath: "/mnt/certs",
          readOnly: true,
        },
      ],
      requests: { cpu: "100m" },
    });
  });

  test("a webhook's name, policy, Service and CA bundle, and its place among others", () => {
    const service = field(1, field(1, "shop"), field(2, "checks"));
    const webhook = (name: string, policy: string, ...client: readonly (readonly number[])[]) =>
      field(2, field(1, name), field(2, ...client), field(4, policy));
    const value = stored(
      field(1, field(1, "checks")),
      webhook("by-service", "Fail", service, field(2, "PEM")),
      webhook("by-url", "Ignore", field(3, "https://checks.example")),
    );
    assert.deepEqual(webhooksIn(value), [
      {
        name: "by-service",
        index: 0,
        failurePolicy: "Fail",
        service: "shop/checks",
        caBundle: utf8Bytes("PEM"),
      },
      { name: "by-url", index: 1, failurePolicy: "Ignore", caBundle: new Uint8Array() },
    ]);
  });

  test("what is encrypted, cut off or no object gives nothing", () => {
    assert.deepEqual(configMapData(utf8Bytes("k8s:enc:aescbc:v1:key1:…")), {});
    assert.deepEqual(configMapData(stored(field(1, field(1, "x"))).subarray(0, 9)), {});
    assert.equal(staticPod(utf8Bytes("{}")), undefined);
  });
});

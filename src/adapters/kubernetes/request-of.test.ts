import assert from "node:assert/strict";
import { test } from "node:test";
import { requestOf } from "./request-of.ts";

const inWords = (method: string, path: string): string => {
  const { verb, group, resource, namespace, name } = requestOf(method, path);
  return [verb, group, resource, namespace, name].map((word) => word ?? "-").join(" ");
};

test("a call is named as RBAC names it", () => {
  const calls: readonly (readonly [method: string, path: string, expected: string])[] = [
    ["GET", "/api/v1/secrets?limit=50", "list  secrets - -"],
    ["GET", "/api/v1/namespaces/a/configmaps/b", "get  configmaps a b"],
    ["GET", "/api/v1/namespaces/a", "get  namespaces - a"],
    ["GET", "/api/v1/namespaces", "list  namespaces - -"],
    ["POST", "/api/v1/namespaces/a/pods/b/eviction", "create  pods/eviction a b"],
    ["PATCH", "/apis/apps/v1/namespaces/a/deployments/b", "patch apps deployments a b"],
    ["DELETE", "/apis/x.example/v1/things/y", "delete x.example things - y"],
    ["GET", "/version", "get  - - -"],
    ["GET", "/apis/apps/v1", "get  - - -"],
  ];
  for (const [method, path, expected] of calls) assert.equal(inWords(method, path), expected, path);
});

import assert from "node:assert/strict";
import test from "node:test";
import { prefixRange, singleKey } from "../../core/estate/key-range.ts";
import type { EtcdCluster } from "../../core/model/estate.ts";
import { describeStep, planUsers, type AuthState } from "./users-plan.ts";

const cluster: Pick<EtcdCluster, "roles" | "users"> = {
  roles: [
    { name: "app", permissions: [{ access: "readwrite", range: prefixRange("/app/") }] },
    { name: "ro", permissions: [{ access: "read", range: prefixRange("/") }] },
  ],
  users: [
    { name: "root", roles: ["root"] },
    { name: "app", roles: ["app", "ro"] },
  ],
};
const empty: AuthState = { enabled: false, roles: new Map(), users: new Map() };
const plan = (state: AuthState, wanted = cluster) =>
  planUsers(wanted as EtcdCluster, state).steps.map(describeStep);

/** What a cluster has after all steps. */
const carriedOut = (state: AuthState, wanted = cluster): AuthState => {
  const roles = new Map([...state.roles].map(([name, list]) => [name, [...list]]));
  const users = new Map([...state.users].map(([name, list]) => [name, [...list]]));
  let { enabled } = state;
  for (const step of planUsers(wanted as EtcdCluster, state).steps) {
    if (step.kind === "enable-auth") enabled = true;
    if (step.kind === "add-role") roles.set(step.role, []);
    if (step.kind === "add-user") users.set(step.user, []);
    if (step.kind === "grant-role") users.get(step.user)!.push(step.role);
    if (step.kind === "revoke-role") {
      users.set(
        step.user,
        users.get(step.user)!.filter((role) => role !== step.role),
      );
    }
    if (step.kind === "grant-permission") {
      const others = roles
        .get(step.role)!
        .filter(({ range }) => String(range.key) !== String(step.permission.range.key));
      roles.set(step.role, [...others, step.permission]);
    }
    if (step.kind === "revoke-permission") {
      roles.set(
        step.role,
        roles
          .get(step.role)!
          .filter(
            ({ range }) =>
              String([range.key, range.end]) !== String([step.range.key, step.range.end]),
          ),
      );
    }
  }
  return { enabled, roles, users };
};

test("on a new cluster root comes first and authentication is enabled last", () => {
  assert.deepEqual(plan(empty), [
    "add role root",
    "add user root: no password, only a certificate with CN=root",
    "give user root the role root",
    "add role app",
    "let role app readwrite /app/*",
    "add role ro",
    "let role ro read /*",
    "add user app: no password, only a certificate with CN=app",
    "give user app the role app",
    "give user app the role ro",
    "enable authentication: from here on every client is its certificate's user",
  ]);
});

test("carried out once, nothing is left to do", () => {
  assert.deepEqual(plan(carriedOut(empty)), []);
});

test("what stopped half-way goes on where it stopped", () => {
  const half: AuthState = {
    enabled: false,
    roles: new Map([
      ["root", []],
      ["app", []],
    ]),
    users: new Map([["root", []]]),
  };
  assert.equal(plan(half)[0], "give user root the role root");
  assert.deepEqual(plan(carriedOut(half)), []);
});

test("a range that shrank is granted before the wide one is taken", () => {
  const before = carriedOut(empty);
  const narrower = {
    ...cluster,
    roles: [
      { name: "app", permissions: [{ access: "readwrite" as const, range: singleKey("/app/a") }] },
      cluster.roles[1]!,
    ],
  };
  assert.deepEqual(plan(before, narrower), [
    "let role app readwrite /app/a",
    "take /app/* from role app",
  ]);
  assert.deepEqual(plan(carriedOut(before, narrower), narrower), []);
});

test("another access for the same range is one grant, since etcd replaces it", () => {
  const readOnly = {
    ...cluster,
    roles: [
      { name: "app", permissions: [{ access: "read" as const, range: prefixRange("/app/") }] },
      cluster.roles[1]!,
    ],
  };
  assert.deepEqual(plan(carriedOut(empty), readOnly), ["let role app read /app/*"]);
});

test("a user's role that the estate does not give is taken; users it does not name are only told", () => {
  const state = carriedOut(empty);
  const bent: AuthState = {
    ...state,
    roles: new Map([...state.roles, ["legacy", []]]),
    users: new Map([...state.users, ["app", ["app", "ro", "root"]], ["old", ["legacy"]]]),
  };
  assert.deepEqual(plan(bent), ["take the role root from user app"]);
  const { foreignUsers, foreignRoles } = planUsers(cluster as EtcdCluster, bent);
  assert.deepEqual([foreignUsers, foreignRoles], [["old"], ["legacy"]]);
});

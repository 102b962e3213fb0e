import assert from "node:assert/strict";
import { rmSync, statSync, writeFileSync } from "node:fs";
import test, { type TestContext } from "node:test";
import type { CheckResult } from "../../src/engine/etcd/check/check-result.ts";
import {
  appAndReader,
  etcdPrograms,
  inWorkbench,
  succeeded,
  type EtcdPrograms,
  type Workbench,
} from "./etcd-workbench.ts";

const failing = (checks: readonly CheckResult[]) =>
  checks.filter(({ verdict }) => verdict !== "pass").map((one) => `${one.id} ${one.observed}`);

const observed = (checks: readonly CheckResult[], id: string): readonly string[] => [
  ...new Set(checks.filter((one) => one.id === id).map((one) => one.observed)),
];

/** How each version of etcd lets a client know that it is refused. 3.4 says the same whatever the reason. */
const alerts = {
  "3.7": { none: "alert certificate_required (116)", unknown: "alert unknown_ca (48)" },
  "3.6": { none: "alert certificate_required (116)", unknown: "alert unknown_ca (48)" },
  "3.5": { none: "alert certificate_required (116)", unknown: "alert unknown_ca (48)" },
  "3.4": { none: "alert bad_certificate (42)", unknown: "alert bad_certificate (42)" },
} as const;

const wholeStory = async (t: TestContext, component: "etcd" | "etcd-debian"): Promise<void> => {
  const programs = etcdPrograms(t, component);
  if (programs === undefined) return;
  await inWorkbench(t, programs, appAndReader, (bench) => tellStory(bench, programs));
};

const tellStory = async (bench: Workbench, programs: EtcdPrograms): Promise<void> => {
  await bench.step("init writes everything once", async () => {
    const first = succeeded(await bench.certwright("etcd", "init", "--in-place"));
    assert.match(first.stdout, /create +etcd-client-ca +signs clients/);
    assert.match(first.stderr, /etcd-client-ca signs clients and nothing else/);
    for (const member of ["etcd-1", "etcd-2", "etcd-3"]) {
      for (const key of ["server.key", "peer.key"]) {
        assert.equal(statSync(bench.path("run", member, "pki", key)).mode & 0o777, 0o600);
      }
    }
    const before = bench.read("run/etcd-1/pki/server.crt");
    const again = succeeded(await bench.certwright("etcd", "init", "--in-place"));
    assert.match(again.stdout, /everything is as the estate says/);
    assert.equal(bench.read("run/etcd-1/pki/server.crt"), before);
  });

  await bench.start("yaml", "environment", "unit");

  await bench.step("a cluster without authentication is told to be open", async () => {
    const { code, checks } = await bench.check();
    assert.equal(code, 1);
    assert.deepEqual(
      [...new Set(checks.filter((c) => c.verdict === "fail").map((c) => c.id))],
      ["refusal.range"],
    );
  });

  await bench.step(
    "users shows the change, makes it when told to, and then has nothing to do",
    async () => {
      const shown = await bench.certwright("etcd", "users");
      assert.equal(shown.code, 1);
      assert.match(shown.stdout, /^ +1 {2}add role root$/m);
      assert.match(shown.stderr, /was not confirmed/);
      assert.match(succeeded(await bench.etcdctl("root", "user", "list")).stdout, /^\s*$/);
      const made = succeeded(await bench.certwright("etcd", "users", "--yes"));
      assert.match(made.stdout, /root is root at 3 of 3 members/);
      const again = succeeded(await bench.certwright("etcd", "users", "--yes"));
      assert.equal(again.stdout, "users and roles are as the estate says\n");
    },
  );

  await bench.step("check passes, and every refusal is etcd's own", async () => {
    const { code, checks } = await bench.check();
    assert.deepEqual(failing(checks), []);
    assert.equal(code, 0);
    const { none, unknown } = alerts[programs.version];
    assert.deepEqual(observed(checks, "refusal.no-certificate"), [none]);
    assert.deepEqual(observed(checks, "refusal.peer-port"), [none]);
    assert.deepEqual(observed(checks, "refusal.wrong-ca"), [unknown]);
    assert.deepEqual(observed(checks, "refusal.server-certificate"), [unknown]);
    assert.deepEqual(observed(checks, "refusal.peer-certificate"), [unknown]);
    assert.deepEqual(observed(checks, "refusal.range"), [
      "etcdserver: permission denied (PERMISSION_DENIED)",
    ]);
    const log = bench.read("logs/etcd-1.log");
    assert.match(log, /client didn't provide a certificate/);
    assert.match(log, /certificate signed by unknown authority/);
    const text = succeeded(await bench.certwright("etcd", "check", "--in-place"));
    assert.match(text.stdout, /^local: \d+ checks pass$/m);
  });

  await bench.step("etcdctl gets what the certificate's user may have, and no more", async () => {
    const members = succeeded(await bench.etcdctl("root", "member", "list")).stdout;
    assert.deepEqual(members.match(/etcd-\d/g)?.toSorted(), ["etcd-1", "etcd-2", "etcd-3"]);
    succeeded(await bench.etcdctl("app", "put", "/app/key", "value"));
    assert.equal(
      succeeded(await bench.etcdctl("reader", "get", "/app/key")).stdout,
      "/app/key\nvalue\n",
    );
    for (const [user, ...words] of [
      ["app", "put", "/other", "value"],
      ["app", "get", "/", "--prefix"],
      ["reader", "put", "/app/key", "other"],
      ["app", "user", "list"],
    ] as const) {
      const refused = await bench.etcdctl(user, ...words);
      assert.notEqual(refused.code, 0, words.join(" "));
      assert.match(refused.stderr, /permission denied/, words.join(" "));
    }
    for (const pair of ["peer", "server"]) {
      const file = (end: string): string => bench.path("run/etcd-1/pki", `${pair}.${end}`);
      const refused = await bench.etcdctlWith(file("crt"), file("key"), "get", "/app/key");
      assert.notEqual(refused.code, 0, pair);
    }
    assert.notEqual((await bench.etcdctlWith("", "", "get", "/app/key")).code, 0);
  });
};

test("from nothing to a proven cluster with etcd 3.6", (t) => wholeStory(t, "etcd"));
test("from nothing to a proven cluster with Debian's etcd 3.4", (t) =>
  wholeStory(t, "etcd-debian"));

/** What is tested with it does not depend on the version, and this one needs no compiler. */
const anyEtcd = (t: TestContext) => etcdPrograms(t, "etcd-debian");

test("one CA for everybody: check finds that peers are clients, and servers by their usage are not", async (t) => {
  const programs = anyEtcd(t);
  if (programs === undefined) return;
  const oneCa = "  issuers: { peer: etcd-ca, server: etcd-ca, client: etcd-ca }\n";
  await inWorkbench(t, programs, oneCa + appAndReader, async (bench) => {
    const init = succeeded(await bench.certwright("etcd", "init", "--in-place"));
    assert.match(init.stderr, /warning: etcd-ca signs clients and members alike/);
    await bench.start();
    succeeded(await bench.certwright("etcd", "users", "--yes"));
    const { code, checks } = await bench.check();
    assert.equal(code, 1);
    assert.deepEqual(
      checks.filter(({ verdict }) => verdict === "fail").map(({ id, member }) => `${id} ${member}`),
      ["etcd-1", "etcd-2", "etcd-3"].map((member) => `refusal.peer-certificate ${member}`),
    );
    assert.match(bench.read("logs/etcd-1.log"), /incompatible key usage/);
    const text = await bench.certwright("etcd", "check", "--in-place");
    assert.match(text.stderr, /hint: peers and clients need different CAs/);
  });
});

test("where one member takes clients without a certificate, users is refused and changes nothing", async (t) => {
  const programs = anyEtcd(t);
  if (programs === undefined) return;
  await inWorkbench(t, programs, appAndReader, async (bench) => {
    succeeded(await bench.certwright("etcd", "init", "--in-place"));
    const file = bench.path("run/etcd-2/etcd.env");
    const open = bench
      .read("run/etcd-2/etcd.env")
      .replace("ETCD_CLIENT_CERT_AUTH=true", "ETCD_CLIENT_CERT_AUTH=false")
      .replace(/^ETCD_TRUSTED_CA_FILE=.*\n/m, "");
    writeFileSync(file, open);
    await bench.start();
    const refused = await bench.certwright("etcd", "users", "--yes");
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /without a certificate is refused could not be shown: it is accepted/,
    );
    assert.match(succeeded(await bench.etcdctl("root", "user", "list")).stdout, /^\s*$/);
    const { checks } = await bench.check();
    const faults = checks.filter(({ verdict, id }) => verdict === "fail" && id !== "refusal.range");
    assert.deepEqual([...new Set(faults.map(({ member }) => member))], ["etcd-2"]);
    assert.ok(faults.some(({ id }) => id === "refusal.no-certificate"));
  });
});

test("a member that is down, files that are not those of the member, and a missing file are told apart", async (t) => {
  const programs = anyEtcd(t);
  if (programs === undefined) return;
  await inWorkbench(t, programs, appAndReader, async (bench) => {
    succeeded(await bench.certwright("etcd", "init", "--in-place"));
    const running = await bench.start();
    succeeded(await bench.certwright("etcd", "users", "--yes"));

    await bench.step(
      "other files: the certificate shown is not the one in the folder",
      async () => {
        // Below ./nodes init finds nothing, so it issues once more.
        succeeded(await bench.certwright("etcd", "init", "--member", "etcd-1"));
        const outcome = await bench.certwright("etcd", "check", "-o", "json");
        assert.equal(outcome.code, 1);
        const { checks } = JSON.parse(outcome.stdout) as { checks: readonly CheckResult[] };
        const at = (id: string, member: string) =>
          checks.find((one) => one.id === id && one.member === member)?.verdict;
        assert.equal(at("certificate.server.file", "etcd-1"), "fail");
        assert.equal(at("certificate.server.file", "etcd-2"), "unknown");
      },
    );

    await bench.step("a missing file: not all could be looked at", async () => {
      rmSync(bench.path("clients/reader/client.key"));
      const { code, checks } = await bench.check();
      assert.equal(code, 3);
      const unknown = checks.filter(({ verdict }) => verdict === "unknown");
      assert.deepEqual(
        unknown.map(({ id, observed: why }) => [id, /client\.key: no such file/.test(why)]),
        [["refusal.range", true]],
      );
    });

    await bench.step(
      "a member that is down: two of three are a quorum, and the fault is the member's",
      async () => {
        process.kill(running.members[0]!.pid, "SIGKILL");
        // It may have been the leader: until the other two have elected a new one, within some election timeouts (1 s each),
        // they answer nothing. Only the removed client.key stays unknown for good.
        const isOpen = (one: CheckResult): boolean =>
          one.group === "health"
            ? one.verdict !== "pass"
            : one.id === "refusal.range" &&
              one.verdict === "unknown" &&
              !/client\.key/.test(one.observed);
        const deadline = performance.now() + 30_000;
        let result = await bench.check("--timeout", "2s");
        while (performance.now() < deadline && result.checks.filter(isOpen).length > 1) {
          result = await bench.check("--timeout", "2s");
        }
        const { code, checks } = result;
        assert.equal(code, 1);
        const health = checks.filter(({ group }) => group === "health");
        assert.deepEqual(
          health.filter(({ verdict }) => verdict === "fail").map(({ id, member }) => [id, member]),
          [["health.member", "etcd-1"]],
        );
        assert.equal(health.find(({ id }) => id === "health.quorum")?.observed, "2 of 3");
        // A user's range is tried at the next member.
        const ranges = checks.filter(
          ({ id, observed: why }) => id === "refusal.range" && !/client\.key/.test(why),
        );
        assert.deepEqual(
          ranges.map(({ verdict }) => verdict),
          ["pass", "pass"],
        );
      },
    );
  });
});

/** All CAs of a running etcd put below an external one that only answers requests: the run stops for it, and goes on. */
import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import test from "node:test";
import { etcdPrograms, succeeded } from "../etcd-workbench.ts";
import { handedOut, makeExternalCa } from "./external-ca.ts";
import {
  agreed,
  assertSameData,
  goOn,
  issuers,
  keepOld,
  offers,
  plan,
  planFile,
  reached,
  run,
} from "./rotate.ts";
import { assertUnharmed, inScene, inWords, knownClients } from "./scene.ts";
import { filesWith, tlsFiles, trusted } from "./traces.ts";

test("every CA is put below an external one: the run stops for the answers, takes those that fit and no others, and nobody notices", async (t) => {
  const programs = etcdPrograms(t, "etcd");
  if (programs === undefined) return;
  await inScene(
    t,
    programs,
    async (scene) => {
      const external = await makeExternalCa(scene.folder);
      const other = await makeExternalCa(scene.folder, "Another Root");
      const old = keepOld(scene);
      const oldCas = trusted(tlsFiles(scene.folder));
      const before = tlsFiles(scene.folder).map((file) => readFileSync(file, "utf8"));
      await plan(scene, "--to-external", external.root, "--protocol", "bundle");

      const stopped = await run(scene, ["apply", planFile, ...agreed]).ended;
      assert.equal(stopped.code, 3, stopped.stderr);
      assert.match(stopped.stderr, /generation 2 of etcd-peer-ca: have \S+ signed/);
      // Nothing was changed for it.
      assert.deepEqual(
        tlsFiles(scene.folder).map((file) => readFileSync(file, "utf8")),
        before,
      );
      const requests = handedOut(scene.folder, stopped.stderr);
      assert.deepEqual(new Set(requests.map(({ issuer }) => issuer)), new Set(issuers));
      const csrOf = (issuer: string): string => requests.find((one) => one.issuer === issuer)!.file;
      const [peer, server, client] = issuers;

      await scene.step("what does not fit is refused with all that is wrong with it", async () => {
        const refused = async (why: RegExp, ...files: readonly string[]): Promise<void> => {
          const { code, stdout, stderr } = await scene.certwright("answer", ...files);
          assert.equal(code, 1, stdout + stderr);
          assert.match(stdout, why);
          assert.match(stderr, /nothing was written/);
        };
        const good = await external.sign(csrOf(server), "good");
        const sign = (file: string, options: Parameters<typeof external.sign>[2]) =>
          external.sign(csrOf(peer), file, options);
        const ca = "basicConstraints=critical,CA:TRUE\n";
        await refused(/what is above .* is missing: CN=Corporate Root/, await sign("alone", {}));
        await refused(
          /do not say CA:TRUE/,
          await sign("leaf", { extensions: "basicConstraints=CA:FALSE\n" }),
          external.root,
        );
        await refused(
          /its subject is CN=other, and CN=etcd-peer-ca g2 was asked for/,
          await sign("named", { extensions: ca, subject: "/CN=other" }),
          external.root,
        );
        await refused(
          /extended key usage of .* lacks clientAuth/,
          await sign("usages", { extensions: `${ca}extendedKeyUsage=serverAuth\n` }),
          external.root,
        );
        await refused(
          /has name constraints/,
          await sign("constrained", { extensions: `${ca}nameConstraints=permitted;DNS:example\n` }),
          external.root,
        );
        await refused(
          /perhaps before the run does/,
          await sign("short", { days: 1 }),
          external.root,
        );
        await refused(
          /it leads to CN=Another Root,O=Example .*, not to the CA that the plan names/,
          await other.sign(csrOf(peer), "elsewhere"),
          other.root,
        );
        // A request of somebody else's, beside one that fits: neither is taken.
        const foreign = await external.sign(csrOf(peer), "of-us");
        copyFileSync(scene.path("clients/app/client.crt"), scene.path("foreign.pem"));
        await refused(/and awaited is/, good, foreign, scene.path("foreign.pem"), external.root);
      });

      await scene.step("a part of the answers is taken, and the rest is awaited", async () => {
        const { stdout, stderr } = succeeded(
          await scene.certwright(
            "answer",
            await external.sign(csrOf(peer), "peer"),
            await external.sign(csrOf(server), "server"),
            external.root,
          ),
        );
        assert.match(
          stdout,
          /taken: generation 2 of etcd-peer-ca, CN=etcd-peer-ca g2 below CN=Corp/,
        );
        assert.match(stderr, /still awaited: generation 2 of etcd-client-ca/);
        const again = await run(scene, ["resume", ...goOn]).ended;
        assert.equal(again.code, 3, again.stderr);
        assert.match(again.stderr, /generation 2 of etcd-client-ca: have/);
        assert.doesNotMatch(again.stderr, /generation 2 of etcd-peer-ca: have/);
      });

      succeeded(
        await scene.certwright(
          "answer",
          await external.sign(csrOf(client), "client"),
          external.root,
        ),
      );
      const load = await scene.load();
      await reached(run(scene, ["resume", ...goOn, "--accept-blind", "partial-chain"], { load }));
      const summary = await load.stop();
      t.diagnostic(inWords(summary));

      assertUnharmed(summary);
      await assertSameData(scene);
      assert.deepEqual(new Set(await offers(old)), new Set(["refused"]));
      assert.deepEqual(filesWith(tlsFiles(scene.folder), oldCas), []);
      // Whoever the external CA signs besides is not let in.
      assert.ok(
        !tlsFiles(scene.folder).some((file) =>
          readFileSync(file, "utf8").includes(pemOf(external.root)),
        ),
      );
      const { code, checks } = await scene.check();
      assert.equal(code, 0, JSON.stringify(checks.filter(({ verdict }) => verdict !== "pass")));
      succeeded(await scene.etcdctl("app", "get", "--prefix", "/app/"));
    },
    { extra: knownClients },
  );
});

const pemOf = (file: string): string => readFileSync(file, "utf8").trim();

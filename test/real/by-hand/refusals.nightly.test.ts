/** What an operator may have started otherwise than a rotation can go over: it is told with its cure, and nothing is changed. */
import assert from "node:assert/strict";
import test from "node:test";
import { planFile } from "../rotation/rotate.ts";
import { places } from "./programs.ts";
import { discoverAndAdopt, inByHand } from "./scene.ts";

test("a signer that is also everybody's CA file is refused with the commands that part them", (t) =>
  inByHand(
    t,
    {
      masters: 1,
      members: 1,
      unitsOf: (units) =>
        Object.fromEntries(
          Object.entries(units).map(([name, words]) => [
            name,
            words.map((word) => word.replace("signer.pem", "ca.pem")),
          ]),
        ),
    },
    async (cluster) => {
      await discoverAndAdopt(cluster);
      const words = ["plan", "rotate", "kubernetes-ca", "--soak", "0", "--out", planFile];
      const shared = await cluster.certwright(...words);
      assert.equal(shared.code, 1, shared.stdout + shared.stderr);
      assert.match(
        shared.stdout + shared.stderr,
        new RegExp(`--cluster-signing-cert-file=${places.ssl}/ca-signer.pem`),
      );

      // Its owner does so, and does not say it in the estate.
      const [master] = cluster.masters;
      const unit = "/srv/units/kube-controller-manager";
      master!.run(
        "sed",
        "-i",
        "/cluster-signing-cert-file/s/ca.pem/signer.pem/",
        `${unit}/command`,
      );
      master!.run(`${unit}/service`, "restart");
      const otherwise = await cluster.certwright(...words);
      assert.equal(otherwise.code, 1, otherwise.stdout + otherwise.stderr);
      assert.match(
        otherwise.stdout + otherwise.stderr,
        new RegExp(`has --cluster-signing-cert-file=${places.ssl}/signer.pem`),
      );
    },
  ));

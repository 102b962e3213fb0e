import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { parse, stringify } from "yaml";
import { loadPrivateKey } from "../../../src/adapters/source/identify-key.ts";
import type { Certificate } from "../../../src/core/model/certificate.ts";
import { writePem } from "../../../src/core/x509/pem.ts";
import { readingOf } from "../../../src/programs/kubernetes/slot.ts";
import { port, slots } from "../../../src/programs/kubelet/slots.ts";
import { recipeOf } from "../../../tools/components/cache.ts";
import { withAuthority } from "../../authority/bent.ts";
import { certificateOf } from "../../issuance/kubeadm-tree.ts";
import { startCluster } from "../cluster/cluster.ts";
import type { Node } from "../cluster/node.ts";
import { canHaveCluster } from "../cluster/programs.ts";
import { until } from "../cluster/run.ts";
import { ask, type Client } from "./control-plane.ts";
import { stepsOf } from "./steps.ts";

const folder = mkdtempSync(join(tmpdir(), "certwright-kubelet-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A kubelet renews its lease every 10 s, and an API server's pod that ended is started again after as long. */
const deadline = 240_000;
const issuer = "kubernetes-ca";
const apiPort = 6443;
const current = "/var/lib/kubelet/pki/kubelet-client-current.pem";

const pem = ({ der }: Certificate): string => writePem("CERTIFICATE", der);

const write = (node: Node, path: string, text: string, mode = 0o644): void => {
  const target = node.path(path);
  const temporary = join(dirname(target), ".new");
  writeFileSync(temporary, text, { mode });
  renameSync(temporary, target);
};

/** What a kubelet has said after the first `from` characters. */
const said = (node: Node, from = 0): string =>
  readFileSync(node.path("/var/log/kubelet.log"), "utf8").slice(from);

interface Lease {
  readonly spec: { readonly renewTime: string };
}

test("a kubelet reads each slot when the table says", async (t) => {
  if (!canHaveCluster(t)) return;
  const { version } = recipeOf("kubernetes");
  assert.deepEqual(
    slots.map((slot) => [slot.id, readingOf(slot, version)]),
    [
      ["client-trust", { reload: "watch", basis: "probed" }],
      ["kubeconfig-trust", { reload: "start", basis: "probed" }],
      ["client", { reload: "start", basis: "probed" }],
    ],
  );
  const step = stepsOf(t);
  await using cluster = await startCluster({
    masters: 1,
    workers: 1,
    folder: join(folder, "cluster"),
    progress: (line) => t.diagnostic(line),
  });
  const [master, worker] = cluster.nodes as [Node, Node];
  await withAuthority(
    (ports) => ports,
    async (authority) => {
      const pki = (file: string): string => master.path(`/etc/kubernetes/pki/${file}`);
      const key = loadPrivateKey(readFileSync(pki("ca.key")))!;
      const from = { certificate: pki("ca.crt"), key: pki("ca.key") };
      await authority.adopt({
        name: issuer,
        certificates: [certificateOf(pki("ca.crt"))],
        key,
        from,
      });
      await authority.addGeneration(issuer, { number: 2 });
      const { generations } = await authority.issuer(issuer);
      const [one, two] = generations.map(({ certificate }) => pem(certificate!)) as [
        string,
        string,
      ];
      const like = certificateOf(master.path("/etc/kubernetes/admin.conf"));
      const clientOf = async (generation: number): Promise<Client> => {
        const made = await authority.reissue({ issuer, generation, like, key: "new" });
        return { cert: pem(made.certificate), key: made.key!.pem("pkcs8") };
      };
      const old = await clientOf(1);
      const fresh = await clientOf(2);
      const same = async (of: Certificate): Promise<string> =>
        pem(
          (await authority.reissue({ issuer, generation: 2, like: of, key: "same" })).certificate,
        );
      const kubelet = async (client: Client) =>
        (await ask(port, "/healthz", { client, host: worker.address }))?.status;
      const api = (path: string, client: Client) =>
        ask(apiPort, path, { client, host: master.address });
      const renewed = async (client: Client): Promise<number | undefined> => {
        const path = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/worker-1";
        const answer = await api(path, client);
        if (answer?.status !== 200) return undefined;
        return Date.parse((JSON.parse(answer.body) as Lease).spec.renewTime);
      };
      const restart = async (client: Client): Promise<void> => {
        const before = readFileSync(worker.path("/run/kubelet.pid"), "utf8").trim();
        await worker.run(["kill", before]);
        const last = await renewed(client);
        await until("the kubelet's lease", deadline, async () =>
          ((await renewed(client)) ?? 0) > (last ?? 0) ? true : undefined,
        );
      };
      const pid = readFileSync(worker.path("/run/kubelet.pid"), "utf8");
      const isSame = (): void =>
        assert.equal(readFileSync(worker.path("/run/kubelet.pid"), "utf8"), pid, "no restart");

      await step(
        "client-trust: an API server of the new CA is let in without a restart",
        async () => {
          assert.equal(await kubelet(fresh), 401);
          assert.equal(await kubelet(old), 200);
          write(worker, "/etc/kubernetes/pki/ca.crt", one + two);
          await until("the new client", deadline, async () =>
            (await kubelet(fresh)) === 200 ? true : undefined,
          );
          assert.equal(await kubelet(old), 200);
          isSame();
        },
      );

      await step(
        "kubeconfig-trust: another CA in the kubeconfig is believed after a restart only",
        async () => {
          const config = parse(
            readFileSync(worker.path("/etc/kubernetes/kubelet.conf"), "utf8"),
          ) as {
            clusters: [{ cluster: Record<string, string> }];
          };
          config.clusters[0].cluster["certificate-authority-data"] = Buffer.from(
            one + two,
          ).toString("base64");
          write(worker, "/etc/kubernetes/kubelet.conf", stringify(config), 0o600);
          write(
            master,
            "/etc/kubernetes/pki/apiserver.crt",
            await same(certificateOf(pki("apiserver.crt"))),
          );
          await until("the new certificate", deadline, async () =>
            (await api("/readyz", old))?.signer === "kubernetes g2" ? true : undefined,
          );
          const before = said(worker).length;
          // Connections that are open would go on.
          const process = (await master.run(["pidof", "kube-apiserver"])).trim();
          await master.run(["kill", "-9", process]);
          await until("the API server", deadline, async () =>
            (await api("/readyz", old))?.status === 200 ? true : undefined,
          );
          await until("the kubelet's distrust", deadline, async () =>
            /certificate signed by unknown authority/.test(said(worker, before)) ? true : undefined,
          );
          isSame();
          await restart(old);
        },
      );

      await step("client: another certificate is shown after a restart only", async () => {
        const file = worker.path((await worker.run(["readlink", current])).trim());
        const bundle = readFileSync(file, "utf8");
        const leaf = await same(certificateOf(file));
        const next = "/var/lib/kubelet/pki/kubelet-client-next.pem";
        const [keyBlock] = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*/.exec(bundle)!;
        write(worker, next, leaf + keyBlock, 0o600);
        await worker.run(["ln", "-sfn", next, current]);
        const before = said(worker).length;
        write(master, "/etc/kubernetes/pki/ca.crt", two);
        await until("the kubelet's refusal", deadline, async () =>
          /Unauthorized/.test(said(worker, before)) ? true : undefined,
        );
        assert.equal((await api("/api", old))?.status, 401);
        await restart(fresh);
      });
    },
  );
});

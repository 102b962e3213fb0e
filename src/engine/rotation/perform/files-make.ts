import { utf8Bytes } from "../../../core/bytes/utf8.ts";
import { failure } from "../../../core/errors/certwright-error.ts";
import { writeKubeconfig } from "../../../core/kubeconfig/write-kubeconfig.ts";
import type { MadeFile, MadeLeaf } from "../../../core/model/made-file.ts";
import type { Effect } from "../../../core/model/plan.ts";
import type { EstateNode } from "../../../core/model/estate.ts";
import { writePem } from "../../../core/x509/pem.ts";
import type { NodeSession, NodeWrite } from "../../../ports/node.ts";
import type { Performed } from "../../../ports/world.ts";
import { generationOf } from "../../authority/issuers.ts";
import { anchorsOf, madeDiffers } from "../observe/made.ts";
import { certificatesIn } from "../place/material.ts";
import { pemOf } from "../root-client.ts";
import type { Hands } from "./hands.ts";
import { done, unknown } from "./outcome.ts";
import { nextBehind } from "./place-changes.ts";

type MakeEffect = Extract<Effect, { kind: "files.make" }>;

/** Makes what is not there as it should be, one file after the other; what is right stays. */
export const performFilesMake = async (hands: Hands, effect: MakeEffect): Promise<Performed> => {
  const node = nodeOf(hands, effect.node);
  try {
    await hands.at.sessions.use(node, async (session) => {
      for (const file of effect.files) {
        await closeToOthers(session, file);
        if ((await madeDiffers(hands.look, session, file)) === undefined) continue;
        await makeOne(hands, session, node?.name ?? "", file);
      }
    });
    return done;
  } catch (error) {
    return unknown(error);
  }
};

/** A file that is replaced keeps its mode, and one that is right but for it need not be replaced. */
const closeToOthers = async (
  session: NodeSession,
  { path, mode, make }: MadeFile,
): Promise<void> => {
  if (make.kind === "kubelet-pem" || make.kind === "text") return;
  const paths =
    make.kind === "certificate"
      ? [[path, mode] as const, [make.key, keyMode] as const]
      : [[path, mode] as const];
  for (const [one, wanted] of paths) {
    const there = await session.facts(one);
    if (there === undefined || (there.mode & ~wanted) === 0) continue;
    await session.run(["chmod", wanted.toString(8), one], { deadline: runDeadline });
  }
};

/** One of the estate's machines; absent: the operator's own. Throws estate.no-node. */
export const nodeOf = (
  { look }: Pick<Hands, "look">,
  name: string | undefined,
): EstateNode | undefined => {
  if (name === undefined) return undefined;
  const { kubernetes, consumers } = look.at.layout;
  const nodes = [
    ...(kubernetes?.controlPlane ?? []),
    ...(kubernetes?.workers ?? []),
    ...[...consumers.values()].flatMap((one) => one.node ?? []),
  ];
  const node = nodes.find((one) => one.name === name);
  if (node === undefined)
    throw failure("estate.no-node", {
      name,
      nodes: [...new Set(nodes.map((one) => one.name))],
    });
  return node;
};

/** Folders as kubeadm makes them (cmd/kubeadm/app/util/staticpod: WriteStaticPodToDisk). */
const folderMode = (folder: string): string => (folder.endsWith("/manifests") ? "0700" : "0755");
const keyMode = 0o600;
const runDeadline = 10_000;

const makeOne = async (
  hands: Hands,
  session: NodeSession,
  node: string,
  file: MadeFile,
): Promise<void> => {
  const parts =
    file.make.kind === "certificate" && file.make.again === true
      ? await again(hands, session, file, file.make.leaf)
      : await partsOf(hands, node, file);
  for (const { path } of parts) await makeFolder(session, path);
  if (file.make.kind === "kubelet-pem") {
    const target = await nextBehind(session, file.path, hands.at.ports.clock.now());
    await session.write([
      { path: target, bytes: parts[0]!.bytes, expect: undefined, mode: keyMode },
    ]);
    const link = await linkAt(session, file.path);
    await session.link({ path: file.path, target, expect: link });
    return;
  }
  const writes: NodeWrite[] = [];
  for (const part of parts) {
    const there = await session.facts(part.path);
    writes.push({
      ...part,
      expect: there?.digest,
      ...(file.owner === undefined ? {} : { owner: file.owner }),
    });
  }
  await session.write(writes);
};

/** A leaf like the one that is there, for the same key. */
const again = async (
  { at: { ports } }: Hands,
  session: NodeSession,
  { path, mode }: MadeFile,
  { issuer, generation }: MadeLeaf,
): Promise<readonly Part[]> => {
  const file = await session.read(path);
  const [like] =
    file === undefined
      ? []
      : certificatesIn(ports, file.bytes, { source: path, mode: file.facts.mode }).certificates;
  if (like === undefined) throw failure("rotation.no-leaf", { slot: path, path });
  const { presented } = await ports.authority.reissue({ issuer, generation, like, key: "same" });
  return [{ path, mode, bytes: utf8Bytes(pemOf(presented)) }];
};

/** A plain file there is a fatal error of the kubelet's (client-go util/certificate/certificate_store.go): it makes room. */
const linkAt = async (session: NodeSession, path: string): Promise<string | undefined> =>
  (await session.readLink(path))?.target;

const makeFolder = async (session: NodeSession, path: string): Promise<void> => {
  const folder = path.slice(0, path.lastIndexOf("/"));
  await session.run(["mkdir", "-p", "-m", folderMode(folder), folder], { deadline: runDeadline });
};

type Part = Pick<NodeWrite, "path" | "bytes" | "mode">;

const partsOf = async (
  hands: Hands,
  node: string,
  { path, mode, make }: MadeFile,
): Promise<readonly Part[]> => {
  const { authority } = hands.at.ports;
  switch (make.kind) {
    case "text":
      return [{ path, mode, bytes: utf8Bytes(make.text) }];
    case "ca":
      return [{ path, mode, bytes: await caPem(hands, make) }];
    case "private-key": {
      const { issuer, generation } = make;
      const { key } = await authority.signer({ issuer, generation, to: `${node}:${path}` });
      return [{ path, mode, bytes: utf8Bytes(key.pem("traditional")) }];
    }
    case "public-key": {
      const { certificate } = generationOf(await hands.look.issuer(make.issuer), make.generation);
      const own = writePem("PUBLIC KEY", certificate.publicKey.spki);
      return [
        {
          path,
          mode,
          bytes: utf8Bytes([own, ...make.others.filter((one) => one !== own)].join("")),
        },
      ];
    }
    case "certificate": {
      const { certificate, key } = await leafOf(hands, make.leaf);
      // The key first: who finds the certificate finds its key, too.
      return [
        { path: make.key, mode: keyMode, bytes: utf8Bytes(key) },
        { path, mode, bytes: utf8Bytes(certificate) },
      ];
    }
    case "kubelet-pem": {
      const { certificate, key } = await leafOf(hands, make.leaf);
      return [{ path, mode, bytes: utf8Bytes(certificate + key) }];
    }
    case "kubeconfig": {
      const { cluster, server, user, leaf, pem } = make;
      const ca = await caPem(hands, make);
      const made = leaf === undefined ? undefined : await leafOf(hands, leaf);
      const credentials =
        made === undefined
          ? ({ kind: "file", path: pem ?? "" } as const)
          : ({
              kind: "inline",
              certificate: utf8Bytes(made.certificate),
              key: utf8Bytes(made.key),
            } as const);
      const text = writeKubeconfig({ cluster, server, user, ca, credentials });
      return [{ path, mode, bytes: utf8Bytes(text) }];
    }
  }
};

const caPem = async (
  { look }: Hands,
  {
    issuer,
    generation,
    root,
  }: { readonly issuer: string; readonly generation: number; readonly root?: true },
): Promise<Uint8Array> =>
  utf8Bytes(pemOf(anchorsOf(generationOf(await look.issuer(issuer), generation), root)));

/** In the form in which kubeadm writes keys. */
const leafOf = async (
  { at }: Hands,
  { issuer, generation, profile, commonName, dns, ip }: MadeLeaf,
): Promise<{ readonly certificate: string; readonly key: string }> => {
  const issued = await at.ports.authority.issue({
    issuer,
    generation,
    profile,
    dns,
    ip,
    ...(commonName === undefined ? {} : { commonName }),
  });
  // Who verifies has the root.
  const shown = [issued.certificate, ...issued.chain.slice(0, -1)];
  return { certificate: pemOf(shown), key: issued.key.pem("traditional") };
};

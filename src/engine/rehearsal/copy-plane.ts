import { encodeBase64 } from "../../core/bytes/base64.ts";
import { utf8Of } from "../../core/bytes/utf8.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { programWords } from "../../core/manifest/flags.ts";
import type { Estate, EstateNode } from "../../core/model/estate.ts";
import type { CopiedFile, CopiedPlane } from "../../core/rehearsal/copied-file.ts";
import { copiedNodes } from "../../core/rehearsal/copied-estate.ts";
import { copiedPrograms } from "../../core/rehearsal/copy-flags.ts";
import { isInSystem } from "../../core/rehearsal/system-folders.ts";
import type { NodeSession } from "../../ports/node.ts";
import { copyServices } from "./copy-services.ts";
import { fileAt, namedFiles } from "./read-files.ts";
import { layoutOf, type Layout, type PlacedSlot } from "../rotation/layout.ts";
import type { RotationPorts } from "../rotation/ports.ts";
import { openSessions } from "../rotation/sessions.ts";

/** Listing a folder of a few files. */
const listDeadline = 10_000;

/**
 * Reads what a copy of the control plane needs: the files of every slot, what its programs are started with, and the files
 * that they are told of. Reads only. Throws node.*, rehearsal.*.
 */
export const copyPlane = async (ports: RotationPorts, estate: Estate): Promise<CopiedPlane> => {
  const layout = layoutOf(estate);
  const sessions = openSessions(ports.nodes);
  const left: string[] = [];
  try {
    const copied = await Promise.all(
      copiedNodes(estate).map((node) =>
        sessions.use(node, async (session) => {
          const slots = placedOn(layout, node);
          const files = await slotFiles(session, slots);
          // Links may lead there, too.
          const found = files.map(({ path }) => path);
          refuseInSystem(node, [...pathsOf(slots), ...found, ...dataOn(layout, node)]);
          const inPods = hasStaticPods(layout, node) ? await podFiles(session, estate, left) : [];
          const own = await copyServices(session, layout, node, left);
          const { name } = node;
          return { name, files: once([...files, ...inPods, ...own.files]), services: own.services };
        }),
      ),
    );
    const operator = await sessions.use(undefined, (session) =>
      slotFiles(session, placedOn(layout, undefined)),
    );
    const kubeconfig = estate.kubernetes?.kubeconfig;
    return {
      nodes: Object.fromEntries(copied.map(({ name, files }) => [name, files])),
      services: Object.fromEntries(copied.map(({ name, services }) => [name, services])),
      operator: once([
        ...operator,
        ...(kubeconfig === undefined
          ? []
          : await sessions.use(undefined, (session) => fileAt(session, kubeconfig))),
      ]),
      left,
    };
  } finally {
    await sessions.close();
  }
};

const placedOn = (layout: Layout, node: EstateNode | undefined): readonly PlacedSlot[] =>
  [...layout.slots.values()].filter(
    ({ place }) => place.node === node?.name && place.form?.kind !== "object",
  );

/** Throws rehearsal.in-system. */
const refuseInSystem = ({ name }: EstateNode, written: readonly string[]): void => {
  const path = written.find(isInSystem);
  if (path !== undefined) throw failure("rehearsal.in-system", { node: name, path });
};

const dataOn = ({ etcd }: Layout, node: EstateNode): readonly string[] =>
  (etcd?.members ?? [])
    .filter((member) => member.node.name === node.name)
    .map(({ dataDirectory }) => dataDirectory);

const hasStaticPods = ({ consumers }: Layout, node: EstateNode): boolean =>
  [...consumers.values()].some(
    (one) => one.node?.name === node.name && one.service.kind === "static-pod",
  );

const pathsOf = (slots: readonly PlacedSlot[]): readonly string[] => [
  ...new Set(
    slots.flatMap(({ place: { path, key } }) => (key === undefined ? [path] : [path, key])),
  ),
];

const slotFiles = async (
  session: NodeSession,
  slots: readonly PlacedSlot[],
): Promise<readonly CopiedFile[]> => {
  const found = await Promise.all(pathsOf(slots).map((path) => fileAt(session, path)));
  return found.flat();
};

/** The manifests of the programs that the copy runs, and what they name. */
const podFiles = async (
  session: NodeSession,
  estate: Estate,
  left: string[],
): Promise<readonly CopiedFile[]> => {
  const folder = `${estate.kubernetes!.directory}/manifests`;
  const files: CopiedFile[] = [];
  const listed = await session.run(["ls", "-1", folder], { deadline: listDeadline });
  const known = new Set<string>(copiedPrograms.map((program) => `${program}.yaml`));
  for (const name of listed.stdout.split("\n").filter((one) => one.endsWith(".yaml"))) {
    if (!known.has(name)) left.push(`${session.name}: static pod ${folder}/${name}`);
  }
  for (const program of copiedPrograms) {
    const path = `${folder}/${program}.yaml`;
    const manifest = await session.read(path);
    if (manifest === undefined) continue;
    const { bytes, facts } = manifest;
    files.push({ kind: "file", path, mode: facts.mode, content: encodeBase64(bytes) });
    const words = programWords(utf8Of(bytes).text, path, program);
    files.push(...(await namedFiles(session, program, words, left)));
  }
  return files;
};

const once = (files: readonly CopiedFile[]): readonly CopiedFile[] => [
  ...new Map(files.map((file) => [file.path, file])).values(),
];

import { encodeBase64 } from "../../core/bytes/base64.ts";
import { utf8Of } from "../../core/bytes/utf8.ts";
import { isFailure } from "../../core/errors/certwright-error.ts";
import { programWords } from "../../core/manifest/flags.ts";
import type { Estate, EstateNode } from "../../core/model/estate.ts";
import type { CopiedFile, CopiedPlane } from "../../core/rehearsal/copied-file.ts";
import { copiedPrograms, namedPaths, writtenFlags } from "../../core/rehearsal/copy-flags.ts";
import type { NodeSession } from "../../ports/node.ts";
import { whyOf } from "../rotation/attempt.ts";
import { layoutOf, type Layout, type PlacedSlot } from "../rotation/layout.ts";
import type { RotationPorts } from "../rotation/ports.ts";
import { openSessions } from "../rotation/sessions.ts";

/** Listing a folder of a few files. */
const listDeadline = 10_000;

/**
 * Reads what a copy of the control plane needs: the files of every slot, the manifests of static pods, and the files that
 * their programs are told of. Reads only. Throws node.*.
 */
export const copyPlane = async (ports: RotationPorts, estate: Estate): Promise<CopiedPlane> => {
  const layout = layoutOf(estate);
  const { controlPlane = [], workers = [] } = estate.kubernetes ?? {};
  const sessions = openSessions(ports.nodes);
  const left: string[] = [];
  try {
    const copied = await Promise.all(
      [...controlPlane, ...workers].map((node) =>
        sessions.use(node, async (session) => {
          const files = await slotFiles(session, placedOn(layout, node));
          const isMaster = controlPlane.includes(node);
          const pods = isMaster ? await podFiles(session, estate, left) : [];
          return [node.name, once([...files, ...pods])] as const;
        }),
      ),
    );
    const operator = await sessions.use(undefined, (session) =>
      slotFiles(session, placedOn(layout, undefined)),
    );
    const kubeconfig = estate.kubernetes?.kubeconfig;
    return {
      nodes: Object.fromEntries(copied),
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

const slotFiles = async (
  session: NodeSession,
  slots: readonly PlacedSlot[],
): Promise<readonly CopiedFile[]> => {
  const paths = new Set(
    slots.flatMap(({ place: { path, key } }) => (key === undefined ? [path] : [path, key])),
  );
  const found = await Promise.all([...paths].map((path) => fileAt(session, path)));
  return found.flat();
};

/** A file, and the link that leads to it; none where nothing is. */
const fileAt = async (session: NodeSession, path: string): Promise<readonly CopiedFile[]> => {
  const link = await linkAt(session, path);
  if (link !== undefined) {
    const target = link.startsWith("/") ? link : `${path.slice(0, path.lastIndexOf("/"))}/${link}`;
    return [{ kind: "link", path, target }, ...(await fileAt(session, target))];
  }
  const file = await session.read(path);
  if (file === undefined) return [];
  const { bytes, facts } = file;
  return [{ kind: "file", path, mode: facts.mode, content: encodeBase64(bytes) }];
};

const linkAt = async (session: NodeSession, path: string): Promise<string | undefined> => {
  try {
    return (await session.readLink(path))?.target;
  } catch (error) {
    if (isFailure(error, "node.not-a-link")) return undefined;
    throw error;
  }
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
    for (const named of namedPaths(programWords(utf8Of(bytes).text, path, program))) {
      files.push(...(await namedFile(session, program, named, left)));
    }
  }
  return files;
};

const namedFile = async (
  session: NodeSession,
  program: string,
  { flag, path }: { readonly flag: string; readonly path: string },
  left: string[],
): Promise<readonly CopiedFile[]> => {
  const parent: CopiedFile = { kind: "folder", path: path.slice(0, path.lastIndexOf("/")) };
  if (writtenFlags.has(flag)) return [parent];
  try {
    const found = await fileAt(session, path);
    if (found.length > 0) return found;
    left.push(`${session.name}: ${program} --${flag}=${path}: nothing is there`);
  } catch (error) {
    left.push(`${session.name}: ${program} --${flag}=${path}: ${whyOf(error)}`);
  }
  return [parent];
};

const once = (files: readonly CopiedFile[]): readonly CopiedFile[] => [
  ...new Map(files.map((file) => [file.path, file])).values(),
];

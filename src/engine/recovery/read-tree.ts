import { CertwrightError } from "../../core/errors/certwright-error.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import { readMaterial } from "../../core/material/read-material.ts";
import { utf8Of } from "../../core/bytes/utf8.ts";
import type { FileFound } from "../../core/recovery/facts.ts";
import { podOfManifest } from "../../core/recovery/manifest-pod.ts";
import { commonNameOf } from "../../core/x509/names.ts";
import { tree, treePath, type TreeFile } from "../../core/recovery/tree.ts";
import type { NodeFile, NodeSession } from "../../ports/node.ts";
import { readKubeconfigPart } from "../rotation/place/kubeconfig.ts";
import type { Reader } from "../rotation/place/material.ts";

/** A file of the tree with what stands in it, before anybody asks who signed that. */
export type TreeFileRead = Omit<FileFound, "certificates" | "trusts"> & {
  readonly certificates: readonly Certificate[];
  readonly trusts?: readonly Certificate[];
};

/** Every file of the tree on one machine. What cannot be read is an answer; throws when the machine is lost. */
export const readTree = (
  reader: Reader,
  session: NodeSession,
  directory: string,
): Promise<readonly TreeFileRead[]> =>
  Promise.all(tree.map((file) => readOne(reader, session, file, treePath(directory, file))));

const readOne = async (
  reader: Reader,
  session: NodeSession,
  file: TreeFile,
  path: string,
): Promise<TreeFileRead> => {
  const nothing = { path, certificates: [], keys: [] };
  try {
    const found = await session.read(path);
    return found === undefined ? nothing : { path, ...contentOf(reader, file, found) };
  } catch (error) {
    if (!(error instanceof CertwrightError) || lost.has(error.code)) throw error;
    return { ...nothing, mode: 0, unreadable: error.message };
  }
};

/** The machine's fault and not the file's. */
const lost: ReadonlySet<string> = new Set(["node.lost", "node.unreachable", "node.deadline"]);

const contentOf = (reader: Reader, file: TreeFile, found: NodeFile): Omit<TreeFileRead, "path"> => {
  const { mode } = found.facts;
  if (file.kind === "manifest") {
    const starts = podOfManifest(utf8Of(found.bytes).text);
    return { mode, certificates: [], keys: [], ...(starts === undefined ? {} : { starts }) };
  }
  if (file.kind === "kubeconfig") return kubeconfigContent(reader, found);
  const origin = { source: found.path, mode };
  const material = readMaterial(found.bytes, origin, reader.digests, reader.identifyKey);
  const certificates = material.certificates.map(({ certificate }) => certificate);
  const keys = [
    ...material.privateKeys.flatMap(({ id }) => (id === undefined ? [] : [id])),
    ...material.publicKeys.map(({ key }) => key.id),
  ];
  const serious = material.faults.find(({ harmless }) => !harmless);
  const wants = file.kind === "ca" || file.kind === "certificate" || file.kind === "kubelet-pem";
  const empty = wants ? certificates.length === 0 : keys.length === 0;
  const why = serious?.message ?? (empty ? `${found.path}: nothing that belongs there` : undefined);
  const [first] = certificates;
  return {
    mode,
    certificates,
    keys,
    ...(first === undefined ? {} : { names: namesOf(first) }),
    ...(why === undefined ? {} : { unreadable: why }),
  };
};

const namesOf = ({ subject, subjectAltName = [] }: Certificate): readonly string[] => {
  const own = commonNameOf(subject);
  return [
    ...(own === undefined ? [] : [own]),
    ...subjectAltName.flatMap((one) =>
      one.kind === "dns" || one.kind === "ip" ? [one.value] : [],
    ),
  ];
};

const kubeconfigContent = (reader: Reader, found: NodeFile): Omit<TreeFileRead, "path"> => {
  const trusts = readKubeconfigPart(reader, found, "trusts");
  const presents = readKubeconfigPart(reader, found, "presents");
  const key = presents.key?.id;
  // A kubelet's names the file that its certificate is in, which is a file of the tree itself.
  const fault = [...trusts.faults, ...presents.faults].find(
    ({ code }) => code !== "kubeconfig.not-inline",
  );
  const [, server] = /^\s*server:\s*"?([^\s"]+)/m.exec(utf8Of(found.bytes).text) ?? [];
  return {
    mode: found.facts.mode,
    ...(server === undefined ? {} : { server }),
    certificates: presents.certificates,
    trusts: trusts.certificates,
    keys: key === undefined ? [] : [key],
    ...(fault === undefined ? {} : { unreadable: fault.message }),
  };
};

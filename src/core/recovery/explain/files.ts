import type { MadeFile, MadeLeaf } from "../../model/made-file.ts";
import { createLeaf, verifyLeaf } from "./openssl.ts";
import { folderOf, makeFolder, octal, pairOf, quoted, workbench } from "./shell.ts";

/** What to type for one step, and how to see that it has worked. */
export interface Words {
  readonly type: readonly string[];
  readonly see: readonly string[];
}

const manifestEnd = "END-OF-MANIFEST";

/** How a file is made by hand on the machine where it belongs, and which has the CAs' pairs on its workbench. */
export const makeByHand = (file: MadeFile): Words => {
  const { make, mode } = file;
  const path = quoted(file.path);
  const folder = makeFolder(folderOf(file.path));
  const install = (from: string): Words => ({
    type: [folder, `install -m ${octal(mode)} ${from} ${path}`],
    see: [`ls -l ${path}`],
  });
  switch (make.kind) {
    case "ca":
      return install(pairOf(make.issuer).certificate);
    case "private-key":
      return install(pairOf(make.issuer).key);
    case "public-key": {
      const others = make.others.map((pem) => `printf '%s' ${quoted(pem)} >> ${path}`);
      const first = install(`${workbench}/${make.issuer}.pub`);
      return { type: [...first.type, ...others], see: [`grep -c BEGIN ${path}`] };
    }
    case "certificate":
      return {
        type: [
          folder,
          ...createLeaf(make.leaf, {
            certificate: file.path,
            key: make.key,
            mode,
            again: make.again === true,
          }),
          `chmod 0600 ${quoted(make.key)}`,
        ],
        see: [
          verifyLeaf(make.leaf, file.path),
          `openssl x509 -in ${path} -noout -subject -ext subjectAltName,extendedKeyUsage -enddate`,
        ],
      };
    case "kubelet-pem":
      return kubeletPem(file, make.leaf, folder);
    case "kubeconfig":
      return kubeconfig(file, make, folder);
    case "text":
      // What is in a manifest is indented, so that none of its lines is the end.
      return {
        type: [
          folder,
          `cat > ${path} <<'${manifestEnd}'`,
          make.text.trimEnd(),
          manifestEnd,
          `chmod ${octal(mode)} ${path}`,
        ],
        see: [],
      };
  }
};

/** A file with a date, and the link by which the kubelet finds its newest; a plain file at the link's place is fatal. */
const kubeletPem = ({ path }: MadeFile, leaf: MadeLeaf, folder: string): Words => {
  const [certificate, key] = [`${workbench}/kubelet.crt`, `${workbench}/kubelet.key`];
  const dated = `${path.replace(/current\.pem$/, "")}$(date -u +%Y-%m-%d-%H-%M-%S).pem`;
  return {
    type: [
      folder,
      ...createLeaf(leaf, { certificate, key, mode: 0o600, again: false }),
      `PEM=${dated}; cat ${certificate} ${key} > "$PEM"; chmod 0600 "$PEM"; ln -sfn "$PEM" ${quoted(path)}`,
    ],
    see: [verifyLeaf(leaf, path)],
  };
};

const kubeconfig = (
  { path, mode }: MadeFile,
  make: Extract<MadeFile["make"], { kind: "kubeconfig" }>,
  folder: string,
): Words => {
  const file = `--kubeconfig=${quoted(path)}`;
  const cluster = quoted(make.cluster);
  const user = quoted(make.user);
  const context = quoted(`${make.user}@${make.cluster}`);
  const [certificate, key] = [`${workbench}/client.crt`, `${workbench}/client.key`];
  const { leaf, pem = "" } = make;
  const credentials =
    leaf === undefined
      ? [
          `kubectl config ${file} set-credentials ${user} --client-certificate=${quoted(pem)} --client-key=${quoted(pem)}`,
        ]
      : [
          ...createLeaf(leaf, { certificate, key, mode: 0o600, again: false }),
          `kubectl config ${file} set-credentials ${user} --client-certificate=${certificate} --client-key=${key} --embed-certs`,
        ];
  return {
    type: [
      folder,
      `rm -f ${quoted(path)}`,
      `kubectl config ${file} set-cluster ${cluster} --server=${quoted(make.server)} --certificate-authority=${pairOf(make.issuer).certificate} --embed-certs`,
      ...credentials,
      `kubectl config ${file} set-context ${context} --cluster=${cluster} --user=${user}`,
      `kubectl config ${file} use-context ${context}`,
      `chmod ${octal(mode)} ${quoted(path)}`,
    ],
    see: [`kubectl config ${file} view`],
  };
};

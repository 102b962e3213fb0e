import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { inComponent, kubernetesVersion } from "./programs.ts";
import { run } from "./run.ts";

/** A made-up repository: nothing is ever pulled. */
export const imageRepository = "certwright.test";

/** Where a program or a whole tree comes from, and where the image has it. */
interface Content {
  readonly from: string;
  readonly into: string;
}

interface Image {
  readonly contents: readonly Content[];
  /** Text by path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
}

const program = (from: string): Content => ({ from, into: "usr/local/bin" });
const kubernetes = (name: string): Image => ({
  contents: [program(inComponent("kubernetes", name))],
});
const busybox: Content = { from: inComponent("busybox", "busybox"), into: "bin" };

const images: Readonly<Record<string, Image>> = {
  "kube-apiserver": kubernetes("kube-apiserver"),
  "kube-controller-manager": kubernetes("kube-controller-manager"),
  "kube-scheduler": kubernetes("kube-scheduler"),
  "kube-proxy": {
    contents: [
      program(inComponent("kubernetes", "kube-proxy")),
      { from: inComponent("nftables", "tree"), into: "." },
    ],
    // Without it nft prints 6 for tcp: a kube-proxy that starts again finds keys that it does not know in its maps,
    // and deletes them for stale (pkg/proxy/nftables/element_storage.go).
    files: { "etc/protocols": "tcp 6 TCP\nudp 17 UDP\nsctp 132 SCTP\n" },
  },
  // As the real one has it besides etcdctl.
  etcd: {
    contents: [program(inComponent("etcd", "etcd")), program(inComponent("etcd", "etcdutl"))],
  },
  coredns: {
    contents: [program(inComponent("coredns", "coredns"))],
    entrypoint: ["/usr/local/bin/coredns"],
  },
  // Holds a pod's namespaces; it has only to be there. 68 years are BusyBox's longest sleep.
  pause: { contents: [busybox], entrypoint: ["/bin/busybox", "sleep", "2147483647"] },
  kubectl: { contents: [program(inComponent("kubernetes", "kubectl")), busybox] },
  "sample-apiserver": {
    contents: [
      program(inComponent("sample-apiserver", "sample-apiserver")),
      program(inComponent("etcd", "etcd")),
    ],
  },
  // For workloads: a shell, a web server and clients in one program. Being static it cannot look names up but with nslookup.
  busybox: { contents: [busybox] },
};

/** Changes with whatever the images are made from; the components' folders have their versions in their names. */
export const imagesFingerprint: string = createHash("sha256")
  .update(JSON.stringify(images))
  .digest("hex")
  .slice(0, 12);

const forWorkloads = ["busybox", "kubectl", "sample-apiserver"];

/** What kubeadm's manifests ask for, as REPOSITORY/NAME:TAG, and the images for workloads. */
export const imageReferences = async (): Promise<readonly string[]> => {
  const version = ["--kubernetes-version", kubernetesVersion];
  const repository = ["--image-repository", imageRepository];
  const listed = await run(["kubeadm", "config", "images", "list", ...version, ...repository]);
  return [
    ...listed.trim().split("\n"),
    ...forWorkloads.map((name) => `${imageRepository}/${name}:latest`),
  ];
};

/** The name without repository and tag. */
export const nameOf = (reference: string): string => basename(reference).split(":")[0]!;

/** A docker archive of one layer (Docker Image Specification 1.2, "Combined Image JSON + Filesystem Changeset Format"). */
export const writeImage = async (reference: string, archive: string): Promise<void> => {
  const image = images[nameOf(reference)];
  if (image === undefined) throw new Error(`nothing says what ${reference} holds`);
  const folder = mkdtempSync(`${archive}.unfinished-`);
  try {
    const layer = join(folder, "layer.tar");
    const tree = join(folder, "tree");
    for (const place of ["tmp", "etc", "usr/local/bin", "bin"]) {
      mkdirSync(join(tree, place), { recursive: true });
    }
    for (const { from, into } of image.contents) {
      mkdirSync(join(tree, into), { recursive: true });
      // A tree is laid over what is there, a file put into it.
      const target = statSync(from).isDirectory() ? into : join(into, basename(from));
      execFileSync("cp", ["-a", "--no-target-directory", from, join(tree, target)]);
    }
    for (const [path, text] of Object.entries(image.files ?? {})) {
      writeFileSync(join(tree, path), text);
    }
    execFileSync("tar", ["-C", tree, "--owner=0", "--group=0", "-cf", layer, "."]);
    rmSync(tree, { recursive: true });
    const configuration = {
      architecture: process.arch === "x64" ? "amd64" : process.arch,
      os: "linux",
      config: {
        Env: ["PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
        ...(image.entrypoint === undefined ? {} : { Entrypoint: image.entrypoint }),
      },
      rootfs: { type: "layers", diff_ids: [`sha256:${await digest(layer)}`] },
    };
    writeFileSync(join(folder, "config.json"), JSON.stringify(configuration));
    const manifest = [{ Config: "config.json", RepoTags: [reference], Layers: ["layer.tar"] }];
    writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
    const whole = join(folder, "whole.tar");
    execFileSync("tar", ["-C", folder, "-cf", whole, "manifest.json", "config.json", "layer.tar"]);
    renameSync(whole, archive);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const digest = async (file: string): Promise<string> => {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
};

import { execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheRoot, newest } from "../../../tools/components/cache.ts";
import { imageReferences, imagesFingerprint, writeImage } from "./images.ts";
import { inComponent } from "./programs.ts";
import { run, until } from "./run.ts";

/** There may be one of either kind. */
const prefix = `${newest ? "newest-" : ""}cluster-images-`;

/** All images as containerd keeps them, about 1.3 GB. */
const imageStore = join(cacheRoot, `${prefix}${imagesFingerprint}`);

/** Importing takes a node 30 s on a busy machine: it is done once, and each node starts with a copy. */
export const makeImageStore = async (): Promise<void> => {
  if (existsSync(imageStore)) return;
  mkdirSync(cacheRoot, { recursive: true });
  // What nodes still use of an older one they have links to.
  for (const old of globSync(join(cacheRoot, `${prefix}*`))) {
    if (!old.includes(imagesFingerprint)) rmSync(old, { recursive: true });
  }
  const root = mkdtempSync(`${imageStore}.unfinished-`);
  // A socket's path has at most 107 bytes (unix(7)).
  const folder = mkdtempSync(join(tmpdir(), "certwright-images-"));
  const socket = join(folder, "containerd.sock");
  const configuration = join(folder, "containerd.toml");
  writeFileSync(configuration, containerdConfiguration(root, folder));
  const containerd = spawn(
    "setpriv",
    ["--pdeathsig", "KILL", inComponent("containerd", "containerd"), "--config", configuration],
    { stdio: "ignore" },
  );
  const gone = new Promise<void>((resolve) => containerd.once("exit", () => resolve()));
  try {
    const ctr = (...words: string[]): Promise<string> =>
      run(["ctr", "--address", socket, "--namespace", "k8s.io", ...words], { deadline: 120_000 });
    await until("containerd", 30_000, () => ctr("version"));
    const archive = join(folder, "image.tar");
    for (const reference of await imageReferences()) {
      await writeImage(reference, archive);
      await ctr("images", "import", archive);
    }
    containerd.kill("SIGTERM");
    await gone;
    // Another process may have made the same one.
    if (!existsSync(imageStore)) renameSync(root, imageStore);
  } finally {
    containerd.kill("SIGKILL");
    await gone;
    rmSync(folder, { recursive: true, force: true });
    rmSync(root, { recursive: true, force: true });
  }
};

/**
 * A copy for one node. containerd never changes a layer or a blob: those are links, which also share the programs' pages
 * in memory among nodes. Its two databases are files of the node's own.
 */
export const copyImageStore = (into: string): void => {
  try {
    execFileSync("cp", ["-a", "--link", imageStore, into], { stdio: "pipe" });
  } catch {
    // Another disk.
    rmSync(into, { recursive: true, force: true });
    execFileSync("cp", ["-a", imageStore, into]);
  }
  for (const database of databases) {
    execFileSync("cp", [
      "-a",
      "--remove-destination",
      join(imageStore, database),
      join(into, database),
    ]);
  }
};

const databases = [
  "io.containerd.metadata.v1.bolt/meta.db",
  "io.containerd.snapshotter.v1.overlayfs/metadata.db",
];

const containerdConfiguration = (root: string, folder: string): string => `version = 2
root = "${root}"
state = "${folder}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "${folder}/containerd.sock"
`;

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import type { MountFound, PodFound } from "./facts.ts";
import { podOfManifest } from "./manifest-pod.ts";
import { manifestOf } from "./manifest.ts";
import { treePrograms, type TreeProgram } from "./tree.ts";

interface Pod {
  readonly spec: {
    readonly containers: readonly {
      readonly command: readonly string[];
      readonly image: string;
      readonly resources: { readonly requests: Record<string, string> };
      readonly volumeMounts: readonly {
        readonly name: string;
        readonly mountPath: string;
        readonly readOnly?: boolean;
      }[];
    }[];
    readonly volumes: readonly {
      readonly name: string;
      readonly hostPath: { readonly path: string; readonly type: string };
    }[];
  };
}

/** What a mirror pod of this manifest would tell. */
const mirrored = (program: TreeProgram, { spec }: Pod): PodFound & { program: TreeProgram } => {
  const [container] = spec.containers;
  const mounts = container!.volumeMounts.map(({ name, mountPath, readOnly }): MountFound => {
    const { hostPath } = spec.volumes.find((one) => one.name === name)!;
    return {
      name,
      hostPath: hostPath.path,
      type: hostPath.type,
      mountPath,
      readOnly: readOnly === true,
    };
  });
  const { command, image, resources } = container!;
  return { program, node: "m1", image, command, mounts, requests: resources.requests };
};

/** Volumes are a list whose order means nothing. */
const sorted = ({ spec, ...pod }: Pod): unknown => ({
  ...pod,
  spec: { ...spec, volumes: spec.volumes.toSorted((a, b) => (a.name < b.name ? -1 : 1)) },
});

for (const program of treePrograms) {
  test(`the manifest of ${program} made from its mirror pod is kubeadm's own`, () => {
    const path = join(import.meta.dirname, "examples/kubeadm-1.35.4", `${program}.yaml`);
    const own = parse(readFileSync(path, "utf8")) as Pod;
    const made = parse(manifestOf(mirrored(program, own))) as Pod;
    assert.deepEqual(sorted(made), sorted(own));
  });

  test(`the manifest of ${program} on the disk tells what its mirror pod tells`, () => {
    const path = join(import.meta.dirname, "examples/kubeadm-1.35.4", `${program}.yaml`);
    const text = readFileSync(path, "utf8");
    const { program: _, node: __, ...wanted } = mirrored(program, parse(text) as Pod);
    assert.deepEqual(podOfManifest(text), wanted);
    assert.equal(podOfManifest("{{"), undefined);
    assert.equal(podOfManifest(""), undefined);
  });
}

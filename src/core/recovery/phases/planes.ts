import { takes } from "../steps.ts";
import type { TreeFile, TreeProgram } from "../tree.ts";

export type Plane = keyof typeof masterPlanes | "kubelets";
export const planes: readonly Plane[] = ["etcd", "api", "scheduler", "controllers", "kubelets"];

export interface MasterPlane {
  readonly plane: Plane;
  readonly program: TreeProgram;
  readonly expected: number;
}

export const masterPlanes = {
  etcd: { plane: "etcd", program: "etcd", expected: takes.start },
  api: { plane: "api", program: "kube-apiserver", expected: takes.start },
  scheduler: { plane: "scheduler", program: "kube-scheduler", expected: takes.lead },
  controllers: {
    plane: "controllers",
    program: "kube-controller-manager",
    expected: takes.lead,
  },
} as const;

/** Which plane a file belongs to: who needs it first. */
export const planeOf = (file: TreeFile): Plane => {
  if (file.kind === "manifest") return manifestPlane[file.program];
  if (file.path.startsWith("pki/etcd/")) return "etcd";
  if (file.kind === "kubelet-pem" || file.path === "kubelet.conf") return "kubelets";
  return "api";
};
export const manifestPlane = {
  etcd: "etcd",
  "kube-apiserver": "api",
  "kube-scheduler": "scheduler",
  "kube-controller-manager": "controllers",
} as const;

import {
  controlPlanePrograms,
  type ControlPlaneProgram,
  type KubeletFiles,
  type KubeletsByHand,
  type KubernetesComponent,
  type KubernetesComponents,
} from "../model/estate.ts";
import { componentFlags } from "./component-flags.ts";
import type {
  ComponentDeclaration,
  EstateFault,
  KubeletDeclaration,
  KubernetesDeclaration,
} from "./declaration.ts";
import { didYouMean } from "./did-you-mean.ts";
import { settleService } from "./settle-access.ts";

/** Programs of a cluster that was made by hand. Never throws: what is wrong is added to `faults`. */
export const settleComponents = (
  declared: NonNullable<KubernetesDeclaration["components"]>,
  absolute: (path: string) => string,
  faults: EstateFault[],
): KubernetesComponents =>
  Object.fromEntries(
    controlPlanePrograms.map((program) => [
      program,
      settleComponent(program, declared[program], absolute, faults),
    ]),
  ) as Record<ControlPlaneProgram, KubernetesComponent>;

const settleComponent = (
  program: ControlPlaneProgram,
  { service, flags }: ComponentDeclaration,
  absolute: (path: string) => string,
  faults: EstateFault[],
): KubernetesComponent => {
  const path = ["kubernetes", "components", program];
  const { required, optional, pairs } = componentFlags[program];
  const known = [...required, ...optional];
  for (const flag of Object.keys(flags)) {
    if (known.includes(flag)) continue;
    faults.push({
      path: [...path, "flags", flag],
      message: `--${flag} of ${program} leads to no certificate that certwright knows`,
      hint: didYouMean(flag, known, "flags"),
    });
  }
  const missing = [
    ...required.filter((flag) => flags[flag] === undefined),
    ...pairs.flatMap((pair) => {
      const absent = pair.filter((flag) => flags[flag] === undefined);
      return absent.length === 1 ? absent : [];
    }),
  ];
  if (missing.length > 0) {
    faults.push({
      path: [...path, "flags"],
      message: `${missing.map((flag) => `--${flag}`).join(", ")} of ${program} is not said`,
      hint: `how it runs, says on its machine: ps -o args= -C ${program}`,
    });
  }
  return {
    service: settleService(service, absolute, [...path, "service"], faults),
    flags: Object.fromEntries(Object.entries(flags).map(([flag, file]) => [flag, absolute(file)])),
  };
};

/** Kubelets that their owner starts; `workers` says how many machines are nothing else. Adds what is wrong to `faults`. */
export const settleKubelets = (
  declared: KubeletDeclaration | undefined,
  workers: number,
  absolute: (path: string) => string,
  faults: EstateFault[],
): KubeletsByHand | undefined => {
  if (declared === undefined) {
    if (workers > 0) {
      faults.push({
        path: ["kubernetes", "workers"],
        message: "workers have kubelets, and components does not say how those are started",
        hint: "certwright discover finds it out, and writes it under kubernetes.components.kubelet",
      });
    }
    return undefined;
  }
  const { files, onMasters = false } = declared;
  const { certificate, key, certificateDirectory } = files;
  const path = ["kubernetes", "components", "kubelet", "files"];
  if ((certificate === undefined) !== (key === undefined)) {
    faults.push({
      path,
      message: "of certificate and key only one is said",
      hint: "name both files, or neither where the kubeconfig holds them",
    });
  }
  if (certificate !== undefined && certificateDirectory !== undefined) {
    faults.push({
      path: [...path, "certificateDirectory"],
      message:
        "a kubelet that renews its certificate itself shows that one, and no file of its kubeconfig",
      hint: "leave certificate and key out, or certificateDirectory where rotateCertificates is false",
    });
  }
  const optional = Object.fromEntries(
    (["kubeconfigTrust", "certificate", "key", "certificateDirectory"] as const).flatMap((what) => {
      const file = files[what];
      return file === undefined ? [] : [[what, absolute(file)]];
    }),
  ) as Omit<KubeletFiles, "clientTrust" | "kubeconfig">;
  const { clientTrust, kubeconfig } = files;
  return {
    onMasters,
    files: { clientTrust: absolute(clientTrust), kubeconfig: absolute(kubeconfig), ...optional },
  };
};

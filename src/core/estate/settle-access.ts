import type { Address, NodeAccess, Service } from "../model/estate.ts";
import { isLoopback } from "./address.ts";
import type { EstateFault, NodeDeclaration, ServiceDeclaration } from "./declaration.ts";

type Path = readonly (string | number)[];

/** How a machine is reached. Never throws: what is wrong is added to `faults`. */
export const settleAccess = (
  declared: NodeDeclaration,
  addresses: readonly Address[],
  absolute: (path: string) => string,
  path: Path,
  faults: EstateFault[],
): NodeAccess => {
  const { local, ssh } = declared;
  if (local !== undefined && ssh !== undefined) {
    faults.push({ path, message: 'has both "local" and "ssh"', hint: "keep the one that is so" });
  }
  if (ssh?.configuration?.startsWith("~") === true) {
    faults.push({
      path: [...path, "ssh", "configuration"],
      message: `"${ssh.configuration}": only a shell knows what ~ is`,
      hint: "write the whole path, or one from the folder of this file",
    });
  }
  const [first] = addresses;
  if (local === true || (ssh === undefined && (first === undefined || isLoopback(first)))) {
    return { kind: "local" };
  }
  return {
    kind: "ssh",
    destination: ssh?.destination ?? first?.value ?? "",
    ...(ssh?.user === undefined ? {} : { user: ssh.user }),
    ...(ssh?.port === undefined ? {} : { port: ssh.port }),
    ...(ssh?.configuration === undefined ? {} : { configuration: absolute(ssh.configuration) }),
    sudo: ssh?.sudo ?? false,
  };
};

/** How a program is restarted, from exactly one of the forms. Never throws: what is wrong is added to `faults`. */
export const settleService = (
  declared: ServiceDeclaration,
  absolute: (path: string) => string,
  path: Path,
  faults: EstateFault[],
): Service => {
  const { systemd, staticPod, restart, stop, start, none } = declared;
  const forms = [systemd, staticPod, restart, none].filter((one) => one !== undefined);
  if (forms.length !== 1) {
    faults.push({
      path,
      message:
        'exactly one of "systemd", "staticPod", "restart" and "none" says how it is restarted',
      hint: "write for example { systemd: etcd.service }",
    });
  }
  if (
    (stop === undefined) !== (start === undefined) ||
    (stop !== undefined && restart === undefined)
  ) {
    faults.push({ path, message: '"stop" and "start" stand together, beside "restart"' });
  }
  if (systemd !== undefined) return { kind: "systemd", unit: systemd };
  if (staticPod !== undefined) return { kind: "static-pod", manifest: absolute(staticPod) };
  if (restart === undefined) return { kind: "none" };
  return {
    kind: "command",
    restart,
    ...(stop === undefined || start === undefined ? {} : { stop, start }),
  };
};

import type { EtcdCluster, EtcdMember } from "../../../core/model/estate.ts";
import type { AppliedChange } from "../../../ports/files.ts";
import { slots } from "../../../programs/etcd/slots.ts";
import { memberSettings } from "../configuration.ts";
import { memberPaths } from "../layout.ts";
import { placeOf, type Placement } from "./placement.ts";

/** What a running member makes of files that were replaced under it. */
export interface ReloadAdvice {
  readonly member: EtcdMember;
  /** What it takes up by itself, in words. */
  readonly byItself: readonly string[];
  /** What it takes up only when it is started again. */
  readonly atStart: readonly string[];
}

/** For each member of which something was replaced; new files concern nobody who runs already. */
export const reloadAdvice = (
  cluster: EtcdCluster,
  members: EtcdCluster["members"],
  placement: Placement,
  applied: readonly AppliedChange[],
): readonly ReloadAdvice[] => {
  const replaced = new Set(
    applied.filter(({ action }) => action === "replace").map(({ path }) => path),
  );
  return members.flatMap((member) => {
    const settings = new Map<string, string | boolean>(memberSettings(cluster, member));
    const isReplaced = (path: string): boolean => replaced.has(placeOf(placement, member, path));
    const touched = slots.filter(({ flags }) =>
      flags.some((flag) => isReplaced(String(settings.get(flag)))),
    );
    const byItself = touched.filter(({ reload }) => reload === "handshake");
    const atStart = touched.filter(({ reload }) => reload === "start");
    const { yaml, environment, unit } = memberPaths(member);
    const configured = [yaml, environment, unit].some(isReplaced);
    if (touched.length === 0 && !configured) return [];
    return [
      {
        member,
        byItself: byItself.map(({ title }) => title),
        atStart: [
          ...atStart.map(({ title }) => title),
          ...(configured ? ["its configuration"] : []),
        ],
      },
    ];
  });
};

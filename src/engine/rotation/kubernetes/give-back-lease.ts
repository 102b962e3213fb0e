import type { PlacedConsumer } from "../layout.ts";
import type { Look } from "../look.ts";
import { hostOf, leasePath } from "./leadership.ts";
import { leaseFacts } from "./lease.ts";

/**
 * Gives the lease of a program back that has just ended, where it held it: a controller-manager before 1.36 does not do so
 * itself (cmd/kube-controller-manager/app/controllermanager.go, ReleaseOnCancel), and nobody could take it for 15 s. As
 * client-go has it (leaderelection.go, release), the holder's name becomes empty, if the lease is still what was read.
 * Nothing of its node may be running any more; a lease that somebody else has is left alone. Throws kubernetes.*.
 */
export const giveBackLease = async (
  { at, hostname }: Pick<Look, "at" | "hostname">,
  { program, node }: Pick<PlacedConsumer, "program" | "node">,
): Promise<void> => {
  const api = await at.apis.open();
  const path = leasePath(program);
  const object = await api.get(path);
  const lease = leaseFacts(object);
  if (object === undefined || lease === undefined) return;
  const host = hostOf(lease.holder);
  if (host !== node?.name) {
    const called = await hostname(node);
    if (!called.ok || called.value !== host) return;
  }
  const { resourceVersion } = object.metadata;
  await api.patch(path, "merge", { metadata: { resourceVersion }, spec: { holderIdentity: "" } });
};

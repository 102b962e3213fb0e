import type { SimulatedConsumer } from "../estate/state.ts";
import { type Simulation, violate } from "../simulation.ts";

/** How long after it was seen something may have changed without being noticed: two messages under way, and the record. */
export const unnoticed = ({ latency }: Simulation): number => 4 * latency + 2000;

/**
 * At most f members of a group of 2f+1 are away through us, and none is taken away while another is known to be away.
 * A group of one or two has no f: its outage is stated in the plan. A leader hands over before it is stopped.
 */
export const checkRestart = (
  simulation: Simulation,
  consumer: SimulatedConsumer,
  lookedAt: number,
): void => {
  const { estate, schedule } = simulation;
  checkNode(simulation, consumer);
  if (consumer.group === undefined) return;
  const group = estate.groups.get(consumer.group)!;
  const spare = Math.max(1, Math.floor((group.members.length - 1) / 2));
  const others = group.members
    .filter((id) => id !== consumer.id)
    .map((id) => estate.consumers.get(id)!)
    .filter(({ state }) => state !== "up");
  const ours = others.filter(({ cause }) => cause === "us");
  if (ours.length > 0)
    violate(
      simulation,
      "one-member-away",
      `${consumer.id} is stopped while ${ours.map(({ id }) => id).join(", ")} is away through us`,
    );
  if (ours.length + 1 > spare)
    violate(simulation, "quorum", `${ours.length + 1} of ${group.members.length} away through us`);
  const limit = lookedAt - unnoticed(simulation);
  const known = others.find(({ cause, since }) => cause === "itself" && since < limit);
  if (known !== undefined && consumer.state === "up")
    violate(
      simulation,
      "one-member-away",
      `${consumer.id} is stopped ${schedule.now() - known.since} ms after ${known.id} died`,
    );
  const leads =
    group.redundancy === "quorum" && group.leader === consumer.id && group.members.length > 1;
  const ledSince = simulation.ledSince;
  if (leads && consumer.state === "up" && ledSince < limit && group.members.length > 2)
    violate(simulation, "leader-hands-over", `${consumer.id} is stopped while it leads`);
};

/**
 * A kubelet starts the pods of its node: it is not taken away under them. An API server uses the etcd member beside it:
 * of the pairs of two masters one is whole. And no more than a tenth of the nodes is without a kubelet through us.
 */
const checkNode = (simulation: Simulation, { id, program, node }: SimulatedConsumer): void => {
  const away = [...simulation.estate.consumers.values()].filter(
    (one) => one.id !== id && one.state !== "up" && one.cause === "us",
  );
  const kubelets = [...simulation.estate.consumers.values()].filter(
    (one) => one.program === "kubelet",
  );
  if (program === "kubelet") {
    const pod = away.find((one) => one.service === "static-pod" && one.node === node);
    if (pod !== undefined)
      violate(simulation, "kubelet-needed", `${id} is stopped while ${pod.id} is away through us`);
    const most = Math.max(1, Math.floor(kubelets.length / 10));
    const others = away.filter((one) => one.program === "kubelet");
    if (others.length + 1 > most)
      violate(simulation, "few-kubelets-away", `${id} and ${others.map((one) => one.id).join()}`);
    return;
  }
  if (kubelets.length === 0 || (program !== "etcd" && program !== "kube-apiserver")) return;
  const other = away.find(
    (one) => one.node !== node && (one.program === "etcd" || one.program === "kube-apiserver"),
  );
  if (other !== undefined)
    violate(simulation, "one-pair-away", `${id} is stopped while ${other.id} is away through us`);
};

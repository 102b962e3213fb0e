import type { Consumer } from "../../../core/model/inventory.ts";
import type { PlacedConsumer } from "../layout.ts";
import { consumerState } from "../kubernetes/consumer-state.ts";
import type { Look, MemberState } from "../look.ts";
import { hindrancesOf } from "./hindrances.ts";

/** Every consumer with its process, and for members and the parts of a control plane version, health and leadership. */
export const gatherConsumers = async (look: Look): Promise<readonly Consumer[]> => {
  const members = await look.members();
  return Promise.all(
    [...look.at.layout.consumers.values()].map((consumer) =>
      gatherConsumer(
        look,
        consumer,
        members.find(({ member }) => member === consumer.member),
      ),
    ),
  );
};

const gatherConsumer = async (
  look: Look,
  consumer: PlacedConsumer,
  state: MemberState | undefined,
): Promise<Consumer> => {
  const { id, program, group, redundancy, node, service, kubernetes, turn, asks } = consumer;
  const common = {
    id,
    program,
    service: service.kind,
    ...(group === undefined ? {} : { group }),
    ...(redundancy === undefined ? {} : { redundancy }),
    ...(node === undefined ? {} : { node: node.name }),
    ...(turn === undefined ? {} : { turn }),
    ...(asks === undefined ? {} : { asks }),
  };
  if (kubernetes !== undefined) {
    const [seen, hindered] = await Promise.all([
      consumerState(look, consumer),
      hindrancesOf(look, consumer),
    ]);
    return { ...common, ...seen, ...(hindered.length === 0 ? {} : { hindered }) };
  }
  if (state === undefined) return common;
  const process = await look.process(id);
  const running =
    process.ok && process.value !== undefined
      ? { process: { pid: process.value.pid, startedAt: process.value.startedAt } }
      : {};
  if (!state.status.ok) return { ...common, ...running, healthy: false };
  const { version, memberId, leaderId, learner, errors } = state.status.value;
  return {
    ...common,
    ...running,
    version,
    healthy: state.read.ok && !learner && errors.length === 0,
    leader: leaderId === memberId,
  };
};

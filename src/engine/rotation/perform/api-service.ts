import type { EstateNode } from "../../../core/model/estate.ts";
import { some } from "../../../core/text/some.ts";
import { attempt } from "../attempt.ts";
import { groupMembers, type PlacedConsumer } from "../layout.ts";
import type { Hands } from "./hands.ts";

// An API server that ends takes its address out of the API's Service, the last one, too (kubernetes#116685), and every
// node's rules turn pods away from then on. It puts itself back as soon as it is ready; kube-proxy hears of that when it
// asks again, which after some failures takes it between 30 and 60 s (client-go, tools/cache/reflector.go). Pods that
// were replaced meanwhile would not start. Where others answer, kube-proxy goes on with one of those.

/** Twice the longest that a client-go waits between two attempts. */
const patience = 120_000;
const pause = 1000;
/** One handshake by way of the Service. */
const deadline = 3000;

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Restarts by `work`; of the only API server, until each node leads to it again that has done so before, or time is up. */
export const untilServed = async (
  hands: Hands,
  consumer: PlacedConsumer,
  work: () => Promise<void>,
): Promise<void> => {
  const { layout } = hands.at;
  const isOnly =
    consumer.kubernetes?.kind === "kube-apiserver" && groupMembers(layout, consumer).length === 1;
  if (!isOnly) return work();
  const { clock, timer } = hands.at.ports;
  const service = await addressOf(hands);
  const { controlPlane = [], workers = [] } = layout.kubernetes ?? {};
  const leading =
    service === undefined
      ? []
      : await those([...controlPlane, ...workers], (node) => leads(hands, node, service));
  await work();
  if (service === undefined) return;
  const { tell, hurry } = hands.meanwhile;
  const end = clock.now() + patience;
  for (let astray = leading; clock.now() < end;) {
    astray = await those(astray, async (node) => !(await leads(hands, node, service)));
    if (astray.length === 0 || hurry?.aborted === true) return;
    tell(
      `pods on ${some(astray.map(({ name }) => name))} do not reach the API by its Service (${service.host}): kube-proxy there has not heard yet that it is back`,
    );
    await timer.sleep(pause, hurry);
  }
};

const addressOf = async ({ at: { apis } }: Hands): Promise<Address | undefined> => {
  const found = await attempt(async () =>
    (await apis.open()).get("/api/v1/namespaces/default/services/kubernetes"),
  );
  const spec = (found.ok ? found.value?.["spec"] : undefined) as
    | { readonly clusterIP?: string; readonly ports?: readonly { readonly port: number }[] }
    | undefined;
  const port = spec?.ports?.[0]?.port;
  return spec?.clusterIP === undefined || port === undefined
    ? undefined
    : { host: spec.clusterIP, port };
};

/** Whether somebody answers a handshake at the Service's address, seen from the node. */
const leads = async ({ at }: Hands, node: EstateNode, address: Address): Promise<boolean> => {
  const answered = await attempt(() =>
    at.inTurn(async () => {
      const over = await at.sessions.use(node, (session) =>
        session.dial(address.host, address.port, deadline),
      );
      return at.ports.tls.served({ ...address, over }, deadline);
    }),
  );
  return answered.ok;
};

const those = async <T>(
  all: readonly T[],
  keep: (one: T) => Promise<boolean>,
): Promise<readonly T[]> => {
  const kept = await Promise.all(all.map(keep));
  return all.filter((_, i) => kept[i] === true);
};

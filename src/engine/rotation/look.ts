import { singleKey } from "../../core/estate/key-range.ts";
import { flagValue } from "../../core/manifest/flag-value.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import type { EtcdMember } from "../../core/model/estate.ts";
import type { ConsumerId, SlotId } from "../../core/model/inventory.ts";
import { parseCertificate } from "../../core/x509/certificate.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { EtcdAnswer, EtcdConnection, EtcdStatus } from "../../ports/etcd.ts";
import type { NodeStream, ProcessFacts } from "../../ports/node.ts";
import type { ClientVerdict, TlsTarget } from "../../ports/tls.ts";
import { healthKey } from "../../programs/etcd/health.ts";
import type { Issuer } from "../authority/authority.ts";
import type { Material } from "../etcd/check/material.ts";
import { clientTarget } from "../etcd/connect.ts";
import { attempt } from "./attempt.ts";
import { probedUser, type Credentials } from "./credentials.ts";
import { lookAtApi, type ApiLook } from "./kubernetes/api-look.ts";
import type { Apis } from "./kubernetes/apis.ts";
import { readSlot, type SlotContent } from "./read-slot.ts";
import { rememberReads } from "./remember-reads.ts";
import type { Layout, PlacedConsumer, PlacedSlot } from "./layout.ts";
import type { RotationPorts } from "./ports.ts";
import { processOf } from "./process.ts";
import type { Sessions } from "./sessions.ts";
import type { StartedWith } from "./started-with.ts";

/** Whom kube-apiserver lets speak for others: kubeadm's --requestheader-allowed-names. Without any everybody may. */
const frontProxy = "front-proxy-client";

/** What a look needs to know and to reach. */
export interface Standpoint {
  readonly ports: RotationPorts;
  readonly layout: Layout;
  readonly sessions: Sessions;
  readonly credentials: Credentials;
  readonly apis: Apis;
  readonly startedWith: StartedWith;
  /** Lets so many handshakes be under way at once: a deadline begins when it is a handshake's turn. Not to be nested. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Milliseconds for one handshake or one call of etcd's. */
  readonly deadline: number;
}

export interface MemberState {
  readonly member: EtcdMember;
  readonly status: Material<EtcdStatus>;
  /** What became of a linearizable read, which takes a quorum. */
  readonly read: Material<bigint>;
  readonly alarms: Material<readonly string[]>;
}

/**
 * One moment's look at the estate: whatever several claims ask for is looked at once. Nothing in here throws what
 * the world did wrong; a name that the estate does not have throws rotation.not-in-estate.
 */
export interface Look extends ApiLook {
  readonly at: Standpoint;
  slot(id: SlotId): PlacedSlot;
  consumer(id: ConsumerId): PlacedConsumer;
  issuer(name: string): Promise<Issuer>;
  /** The certificates at a slot's place. */
  content(id: SlotId): Promise<Material<SlotContent>>;
  /** And, where it has one, what is known of its key: one file more to read. */
  contentAndKey(id: SlotId): Promise<Material<SlotContent>>;
  /** Leaf first, as a fresh handshake from the node itself shows it. */
  served(id: SlotId): Promise<Material<readonly Certificate[]>>;
  /** The name by which a probe is let in at a slot's port. */
  speaksAs(id: SlotId): Promise<string>;
  /** What the slot's port makes of a leaf of exactly that generation. */
  offered(id: SlotId, issuer: string, generation: number): Promise<ClientVerdict>;
  /** Undefined for what is no process, and for one that is not running. */
  process(id: ConsumerId): Promise<Material<ProcessFacts | undefined>>;
  /** Of etcd; none where the estate has no etcd. */
  members(): Promise<readonly MemberState[]>;
  /** Runs `work` on a connection to that member as root. */
  asRoot<T>(member: EtcdMember, work: (connection: EtcdConnection) => Promise<T>): Promise<T>;
}

export const lookAround = (at: Standpoint): Look => {
  const { ports, layout, sessions, credentials, inTurn, deadline } = at;
  const memory = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const known = memory.get(key);
    if (known !== undefined) return known as Promise<T>;
    const fresh = work();
    memory.set(key, fresh);
    return fresh;
  };
  const reading = { ...at, sessions: rememberReads(sessions, once) };
  const slot = (id: SlotId): PlacedSlot => named(layout.slots, id, "slot");
  const consumer = (id: ConsumerId): PlacedConsumer => named(layout.consumers, id, "consumer");
  const nodeOf = (id: SlotId) => consumer(slot(id).consumer).node;

  /** A connection to the slot's port, made on its own node. */
  const dialled = async (id: SlotId): Promise<TlsTarget> => {
    const { port } = slot(id);
    if (port === undefined) throw failure("rotation.no-port", { slot: id });
    const over = await sessions.use(nodeOf(id), (session): Promise<NodeStream> =>
      session.dial(port.host, port.port, deadline),
    );
    return { ...port, over, http: slot(id).http };
  };

  const process: Look["process"] = (id) =>
    once(`process ${id}`, () =>
      attempt(() =>
        sessions.use(consumer(id).node, (session) => processOf(session, layout.etcd, consumer(id))),
      ),
    );

  /** A front proxy's where its owner chose another than kubeadm. */
  const speaksAs = async (id: SlotId): Promise<string> => {
    if (slot(id).admission !== "request-header") return probedUser;
    if (layout.kubernetes?.components === undefined) return frontProxy;
    const running = await process(slot(id).consumer);
    const command = running.ok ? (running.value?.command ?? []) : [];
    const [first = ""] = (flagValue(command, "requestheader-allowed-names") ?? "").split(",");
    return first === "" ? frontProxy : first;
  };

  const asRoot: Look["asRoot"] = async (member, work) => {
    const root = await credentials.root();
    return inTurn(async () => {
      const connection = await ports.etcd.connect(clientTarget(member), root, deadline);
      try {
        return await work(connection);
      } finally {
        connection.close();
      }
    });
  };

  return {
    ...lookAtApi(at, once),
    at,
    slot,
    consumer,
    speaksAs,
    issuer: (name) => once(`issuer ${name}`, () => ports.authority.issuer(name)),
    content: (id) =>
      (memory.get(`content and key ${id}`) as ReturnType<Look["contentAndKey"]> | undefined) ??
      once(`content ${id}`, () =>
        attempt(() => readSlot(reading, nodeOf(id), slot(id), { key: false })),
      ),
    contentAndKey: (id) =>
      once(`content and key ${id}`, () =>
        attempt(() => readSlot(reading, nodeOf(id), slot(id), { key: true })),
      ),
    served: (id) =>
      once(`served ${portKey(slot(id))}`, () =>
        attempt(async () => {
          const chain = await inTurn(async () => ports.tls.served(await dialled(id), deadline));
          return chain.map((der) =>
            parseCertificate(der, { digests: ports.digests, reading: "tolerant" }),
          );
        }),
      ),
    offered: (id, issuer, generation) =>
      once(
        `offered ${portKey(slot(id))} ${slot(id).admission} ${issuer} ${generation}`,
        async () => {
          const commonName = await speaksAs(id);
          const leaf = await attempt(() =>
            credentials.probe(slot(id), issuer, generation, commonName),
          );
          if (!leaf.ok) return { kind: "unknown", why: leaf.why };
          return inTurn(async () => {
            const target = await attempt(() => dialled(id));
            if (!target.ok) return { kind: "unknown", why: target.why };
            return ports.tls.offer(
              { ...target.value, ...asking[slot(id).admission] },
              leaf.value,
              deadline,
            );
          });
        },
      ),
    process,
    members: () =>
      once("members", () =>
        Promise.all((layout.etcd?.members ?? []).map((one) => stateOf(one, asRoot))),
      ),
    asRoot,
  };
};

/**
 * The kubelet answers 404 to a path that it does not serve before it looks at any certificate; /healthz is harmless to
 * both, and refused to whom they do not know.
 */
const asking: Readonly<Record<PlacedSlot["admission"], Pick<TlsTarget, "ask">>> = {
  handshake: {},
  authentication: { ask: { path: "/healthz" } },
  "request-header": {
    ask: { path: "/healthz", headers: { "X-Remote-User": probedUser } },
  },
};

/** What "etcdctl endpoint health" reads. */
const healthRange = singleKey(healthKey);

/** All by one connection: making it takes longer than all that is asked. */
const stateOf = async (member: EtcdMember, asRoot: Look["asRoot"]): Promise<MemberState> => {
  const asked = await attempt(() =>
    asRoot(member, async (one) => {
      const [status, read, alarms] = await Promise.all([
        one.status(),
        one.count(healthRange),
        one.alarms(),
      ]);
      return { status: answered(status), read: answered(read), alarms: answered(alarms) };
    }),
  );
  if (asked.ok) return { member, ...asked.value };
  return { member, status: asked, read: asked, alarms: asked };
};

const answered = <T>(answer: EtcdAnswer<T>): Material<T> =>
  answer.ok ? answer : { ok: false, why: `${answer.message} (${answer.code})` };

const portKey = ({ id, port }: PlacedSlot): string =>
  port === undefined ? id : `${port.host} ${port.port}`;

const named = <K extends string, V>(known: ReadonlyMap<K, V>, id: K, what: string): V => {
  const found = known.get(id);
  if (found === undefined) throw failure("rotation.not-in-estate", { what, id });
  return found;
};

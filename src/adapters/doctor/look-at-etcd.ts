import type { GatheredConnection } from "../../core/diagnosis/case.ts";
import { connectionMade, type Connected } from "../../core/diagnosis/connection-made.ts";
import { endpointText, type EtcdLook } from "../../core/diagnosis/endpoint.ts";
import { certificatesOf, keyOf } from "../../core/diagnosis/file-evidence.ts";
import { judgeAcceptance } from "../../core/tls/acceptance.ts";
import type { Observation, ProbeTarget } from "../../core/tls/observation.ts";
import { commonNameOf } from "../../core/x509/names.ts";
import type { EtcdAnswer, EtcdConnection } from "../../ports/etcd.ts";
import { probe } from "../tls/probe.ts";
import type { EvidenceReader } from "./evidence.ts";

/** Milliseconds that each call to etcd may take: a member without a quorum never answers a read. */
const callDeadline = 1500;

/** Members whose roles are read: a user has one or two. */
const maxRoles = 5;

/** What a client needs to read, by who it is; others are asked for nothing in particular. */
const neededKey = (who: string): string | undefined =>
  who === "calicoctl" ? "/calico/" : who === "kube-apiserver" ? "/registry/" : undefined;

/**
 * Asks an etcd that took our handshake for the number of values of one key, which changes nothing, and when that is
 * refused for the rights of our own user. Undefined when it is no etcd, or one that could not be spoken to.
 */
export const lookAtEtcd = async (
  { endpoint, client }: GatheredConnection,
  target: ProbeTarget,
  main: Observation,
  evidence: EvidenceReader,
  left: () => number,
  signal: AbortSignal,
  connected: Connected,
): Promise<EtcdLook | undefined> => {
  const { handshake } = main;
  if (handshake?.completed !== true || judgeAcceptance(main).verdict !== "accepted")
    return undefined;
  if (endpoint.program !== "etcd" && !mayBeEtcd(endpoint.program, main)) return undefined;
  // Every etcd answers "/" with 404; another server would let gRPC wait for nothing.
  const status = main.answer?.status;
  if (endpoint.path === "/" && status !== undefined && status !== 404) return undefined;
  const get = async (path: string): Promise<string | undefined> => {
    const deadline = Math.min(callDeadline, left());
    if (deadline <= 0 || signal.aborted) return undefined;
    const seen = await probe({ ...target, request: { kind: "http1", path } }, { deadline }, signal);
    connected(connectionMade(endpoint, `GET ${path}`, seen));
    return seen.answer?.status === 200 ? seen.answer.body : undefined;
  };
  if (endpoint.program !== "etcd" && (await get("/version"))?.includes("etcdserver") !== true)
    return undefined;
  // The peers' handler knows /members, the clients' does not (etcdserver/api/etcdhttp/peer.go).
  if (/"peerURLs"/.test((await get("/members")) ?? "")) return { peer: true };
  // A member that dials itself with its server's certificate is nobody's user.
  if (client.who === "etcd" && client.certificate?.role !== "client-certificate") return undefined;
  const ca = client.ca === undefined ? undefined : evidence.bytesOf(client.ca);
  if (ca === undefined || certificatesOf(client.ca).length === 0 || left() <= 0) return undefined;
  const [leaf] = certificatesOf(client.certificate);
  const own =
    client.certificate !== undefined &&
    client.key !== undefined &&
    leaf !== undefined &&
    keyOf(client.key)?.id === leaf.publicKey.id
      ? { certificate: text(evidence, client.certificate), key: text(evidence, client.key) }
      : {};
  const { grpcEtcd } = await import("../etcd/grpc-etcd.ts");
  const { host, port } = endpoint.reachedAt ?? endpoint;
  const name = endpoint.servername ?? endpoint.host;
  const started = performance.now();
  const connection = await grpcEtcd.connect(
    { host, port, name },
    { ca: Buffer.from(ca).toString("utf8"), ...own },
    Math.max(1, Math.min(callDeadline, left())),
  );
  let look: EtcdLook | undefined;
  try {
    look = await ask(connection, client.who, leaf && commonNameOf(leaf.subject));
    return look;
  } finally {
    connection.close();
    connected({
      endpoint: endpointText(endpoint),
      purpose: "gRPC: count of one key, members, status",
      ended: look === undefined ? "no answer" : (look.access?.kind ?? "answered"),
      milliseconds: Math.round(performance.now() - started),
    });
  }
};

const text = (evidence: EvidenceReader, file: Parameters<EvidenceReader["bytesOf"]>[0]): string =>
  Buffer.from(evidence.bytesOf(file) ?? []).toString("utf8");

/** etcd answers "/" like every Go server: what answers otherwise is not asked for its version. */
const mayBeEtcd = (program: string, { answer }: Observation): boolean =>
  program === "unknown" && answer?.status === 404 && answer.body.startsWith("404 page not found");

const ask = async (
  etcd: EtcdConnection,
  who: string,
  user: string | undefined,
): Promise<EtcdLook | undefined> => {
  const needed = neededKey(who);
  const key = needed ?? "/";
  const bytes = Buffer.from(key, "utf8");
  const [read, members] = await Promise.all([
    etcd.count({ key: bytes, end: Buffer.alloc(0) }),
    etcd.members(),
  ]);
  const access = read.ok
    ? ({ kind: "allowed" } as const)
    : await accessOf(etcd, read.message, key, needed !== undefined, user);
  if (access === undefined && !members.ok) return undefined;
  return {
    ...(access === undefined ? {} : { access }),
    ...(members.ok
      ? { members: members.value.map(({ name, clientUrls }) => ({ name, clientUrls })) }
      : {}),
    ...(await clusterOf(etcd)),
  };
};

const clusterOf = async (etcd: EtcdConnection): Promise<Pick<EtcdLook, "clusterId">> => {
  const status = await etcd.status();
  return status.ok ? { clusterId: status.value.clusterId.toString(16) } : {};
};

const accessOf = async (
  etcd: EtcdConnection,
  message: string,
  key: string,
  needed: boolean,
  user: string | undefined,
): Promise<EtcdLook["access"]> => {
  const named = user === undefined || user === "" ? {} : { user };
  if (/user name is empty|user name not found/.test(message))
    return { kind: "no-user", message, ...named };
  if (!/permission denied/.test(message)) return undefined;
  if (user === undefined || user === "") return { kind: "no-user", message };
  // Every user may see its own roles (server/etcdserver/apply/apply_auth.go).
  const roles = await etcd.user(user);
  if (!roles.ok && /user name not found/.test(roles.message))
    return { kind: "no-user", message: roles.message, user };
  const names = roles.ok ? roles.value : [];
  const rights = await Promise.all(names.slice(0, maxRoles).map((name) => etcd.role(name)));
  const keys = rights.flatMap(keysOf);
  const touches = (one: string): boolean => one.startsWith(key) || key.startsWith(one);
  return {
    kind: "denied",
    key,
    message,
    user,
    roles: names,
    allows: keys.length > 0,
    needed: needed && !keys.some(touches),
  };
};

const keysOf = (
  answer: EtcdAnswer<readonly { readonly range: { readonly key: Uint8Array } }[]>,
): readonly string[] =>
  answer.ok ? answer.value.map(({ range }) => Buffer.from(range.key).toString("utf8")) : [];

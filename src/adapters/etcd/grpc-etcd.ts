import type { ClientUnaryCall, requestCallback } from "@grpc/grpc-js";
import { failureWords } from "./failure-words.ts";
import type { EtcdAccess } from "../../core/model/estate.ts";
import type { Etcd, EtcdAnswer, EtcdConnection } from "../../ports/etcd.ts";
import { dial } from "./dial.ts";
import { Permission_Type, type Permission } from "./generated/etcd/auth.ts";
import {
  AlarmRequest_AlarmAction,
  AlarmType,
  AuthService,
  ClusterService,
  KVService,
  MaintenanceService,
} from "./generated/etcd/rpc.ts";

import { receiveSnapshot } from "./receive-snapshot.ts";

/** As ts-proto describes a method that has no streams. */
interface Method<Request, Response> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

const permissionTypes: Readonly<Record<EtcdAccess, Permission_Type>> = {
  read: Permission_Type.READ,
  write: Permission_Type.WRITE,
  readwrite: Permission_Type.READWRITE,
};
const accessOf = (type: Permission_Type): EtcdAccess =>
  type === Permission_Type.READ ? "read" : type === Permission_Type.WRITE ? "write" : "readwrite";

const then = <A, B>(answer: EtcdAnswer<A>, value: (from: A) => B): EtcdAnswer<B> =>
  answer.ok ? { ok: true, value: value(answer.value) } : answer;

/**
 * A member that learns of a change of users while it answers refuses with this and wants to be asked again; etcd's own
 * client does (client/v3/retry_interceptor.go, ErrAuthOldRevision). Each change of users can cause it once.
 */
const isOldRevision = (answer: EtcdAnswer<unknown>): boolean =>
  !answer.ok && answer.message.includes("revision of auth store is old");
const oldRevisionRetries = 5;

/** etcd by its own gRPC interface. The JSON gateway is no way: it is off where servers are no clients. */
export const grpcEtcd: Etcd = {
  async connect(target, credentials, deadline) {
    const grpc = await import("@grpc/grpc-js");
    const client = dial(grpc, target, credentials, {
      // A call that fails is told; the operator decides whether to try again.
      "grpc.enable_retries": 0,
    });
    const once = <Request, Response>(
      method: Method<Request, Response>,
      request: Request,
    ): Promise<EtcdAnswer<Response>> => {
      const { promise, resolve } = Promise.withResolvers<EtcdAnswer<Response>>();
      const answered: requestCallback<Response> = (error, response) => {
        if (error === null && response !== undefined) resolve({ ok: true, value: response });
        else {
          const code = error === null ? "UNKNOWN" : (grpc.status[error.code] ?? "UNKNOWN");
          resolve({ ok: false, code, message: failureWords(error?.details ?? "") });
        }
      };
      const started: ClientUnaryCall = client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        new grpc.Metadata(),
        { deadline: Date.now() + deadline },
        answered,
      );
      void started;
      return promise;
    };
    const call = async <Request, Response>(
      method: Method<Request, Response>,
      request: Request,
    ): Promise<EtcdAnswer<Response>> => {
      let answer = await once(method, request);
      for (let i = 0; i < oldRevisionRetries && isOldRevision(answer); i++) {
        answer = await once(method, request);
      }
      return answer;
    };
    const snapshot: EtcdConnection["snapshot"] = (sink) => {
      const { path, requestSerialize, responseDeserialize } = MaintenanceService.snapshot;
      return receiveSnapshot(
        client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, {}),
        sink,
        deadline,
        (code) => grpc.status[code] ?? "UNKNOWN",
      );
    };
    return connectionOf(call, { snapshot, close: () => client.close() });
  },
};

const connectionOf = (
  call: <Request, Response>(
    method: Method<Request, Response>,
    request: Request,
  ) => Promise<EtcdAnswer<Response>>,
  own: Pick<EtcdConnection, "snapshot" | "close">,
): EtcdConnection => {
  const nothing = <T>(answer: EtcdAnswer<T>): EtcdAnswer<void> => then(answer, () => undefined);
  return {
    status: async () =>
      then(await call(MaintenanceService.status, {}), (status) => ({
        memberId: status.header?.memberId ?? 0n,
        clusterId: status.header?.clusterId ?? 0n,
        version: status.version,
        leaderId: status.leader,
        raftTerm: status.raftTerm,
        raftIndex: status.raftIndex,
        raftAppliedIndex: status.raftAppliedIndex,
        revision: status.header?.revision ?? 0n,
        learner: status.isLearner,
        databaseBytes: status.dbSize,
        errors: status.errors,
      })),
    members: async () =>
      then(await call(ClusterService.memberList, {}), ({ members }) =>
        members.map((member) => ({
          id: member.ID,
          name: member.name,
          peerUrls: member.peerURLs,
          clientUrls: member.clientURLs,
          learner: member.isLearner,
        })),
      ),
    addLearner: async (peerUrl) =>
      nothing(await call(ClusterService.memberAdd, { peerURLs: [peerUrl], isLearner: true })),
    promoteMember: async (id) => nothing(await call(ClusterService.memberPromote, { ID: id })),
    removeMember: async (id) => nothing(await call(ClusterService.memberRemove, { ID: id })),
    alarms: async () =>
      then(
        await call(MaintenanceService.alarm, {
          action: AlarmRequest_AlarmAction.GET,
          memberID: 0n,
          alarm: AlarmType.NONE,
        }),
        ({ alarms }) =>
          alarms.map((one) => (one.alarm === AlarmType.NOSPACE ? "NOSPACE" : "CORRUPT")),
      ),
    count: async ({ key, end }, revision = 0n) =>
      then(
        await call(KVService.range, {
          key,
          rangeEnd: end,
          limit: 0n,
          revision,
          serializable: false,
          keysOnly: false,
          countOnly: true,
        }),
        ({ count }) => count,
      ),
    remove: async ({ key, end }) =>
      then(await call(KVService.deleteRange, { key, rangeEnd: end }), ({ deleted }) => deleted),
    hashKv: async (revision) =>
      then(await call(MaintenanceService.hashKv, { revision }), (answer) => ({
        hash: answer.hash,
        revision: answer.header?.revision ?? 0n,
        compactRevision: answer.compactRevision,
      })),
    moveLeader: async (to) => nothing(await call(MaintenanceService.moveLeader, { targetID: to })),
    async authEnabled() {
      // AuthStatus came with 3.5. Before it, Authenticate tells: with no user named it is refused either way,
      // but only where authentication is off with this text (api/v3rpc/rpctypes/error.go).
      const answer = await call(AuthService.authStatus, {});
      if (answer.ok || answer.code !== "UNIMPLEMENTED") return then(answer, (a) => a.enabled);
      const old = await call(AuthService.authenticate, { name: "", password: "" });
      if (old.ok) return { ok: true, value: true };
      if (old.message.includes("authentication is not enabled")) return { ok: true, value: false };
      return old.code === "UNAVAILABLE" || old.code === "DEADLINE_EXCEEDED"
        ? old
        : { ok: true, value: true };
    },
    enableAuth: async () => nothing(await call(AuthService.authEnable, {})),
    roles: async () => then(await call(AuthService.roleList, {}), ({ roles }) => roles),
    role: async (role) =>
      then(await call(AuthService.roleGet, { role }), ({ perm }) =>
        perm.map((one) => ({
          access: accessOf(one.permType),
          range: { key: one.key, end: one.rangeEnd },
        })),
      ),
    addRole: async (name) => nothing(await call(AuthService.roleAdd, { name })),
    grantPermission: async (role, { access, range }) => {
      const perm: Permission = {
        permType: permissionTypes[access],
        key: range.key,
        rangeEnd: range.end,
      };
      return nothing(await call(AuthService.roleGrantPermission, { name: role, perm }));
    },
    revokePermission: async (role, { key, end }) =>
      nothing(await call(AuthService.roleRevokePermission, { role, key, rangeEnd: end })),
    users: async () => then(await call(AuthService.userList, {}), ({ users }) => users),
    user: async (name) => then(await call(AuthService.userGet, { name }), ({ roles }) => roles),
    addUser: async (name) =>
      nothing(
        await call(AuthService.userAdd, { name, password: "", options: { noPassword: true } }),
      ),
    grantRole: async (user, role) => nothing(await call(AuthService.userGrantRole, { user, role })),
    revokeRole: async (name, role) =>
      nothing(await call(AuthService.userRevokeRole, { name, role })),
    ...own,
  };
};

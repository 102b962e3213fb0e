/** What is to be known before a member is restarted, from 3.4 to 3.6. */
export const restartRules = [
  {
    rule: "One member at a time, and only while every other one is healthy",
    why: "a cluster of n members works while more than half of them do",
    source: "server/etcdserver/raft.go; etcd.io/docs, Failure modes",
  },
  {
    rule: "The leader last, and not before it has handed over",
    why: "without a leader writes wait for an election of one to two seconds; MoveLeader takes one round trip",
    source: "Maintenance.MoveLeader; server/etcdserver/server.go, transferLeadership",
  },
  {
    rule: "Restarted means: the process began after the files changed",
    why: "a pool of CAs that was loaded before the change knows nothing of it",
    source: "client/pkg/v3/transport/listener.go, ServerConfig",
  },
  {
    rule: "Ready means: Type=notify has been told, or the member answers a linearizable read",
    why: "etcd tells systemd that it is ready once it has joined its cluster",
    source: "server/etcdmain/etcd.go, notifySystemd",
  },
] as const;

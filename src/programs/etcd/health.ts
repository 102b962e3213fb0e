/** What "etcdctl endpoint health" reads: nobody writes it, and a linearizable read of it proves a quorum. */
export const healthKey = "health";

/** How a member's health is seen, and what each look says. */
export const healthSigns = [
  {
    look: "Maintenance.Status",
    says: "it answers, which leader it follows, whether it is a learner, and its own errors",
    source: "server/etcdserver/api/v3rpc/maintenance.go, Status",
  },
  {
    look: `KV.Range of "${healthKey}", linearizable`,
    says: "a quorum confirms it to be up to date (ReadIndex)",
    source: "etcdctl/ctlv3/command/ep_command.go, epHealthCommandFunc",
  },
  {
    look: "Maintenance.Alarm (GET)",
    says: "no member is out of space or holds other data",
    source: "server/etcdserver/api/v3alarm/alarms.go",
  },
  {
    look: "Maintenance.HashKV at one revision, of every member",
    says: "they hold the same keys with the same history",
    source: "server/storage/mvcc/hash.go; etcdctl endpoint hashkv",
  },
] as const;

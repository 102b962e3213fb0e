import { advertisedClientUrl, advertisedPeerUrl } from "../../core/estate/etcd-addresses.ts";
import type { BackupGroup } from "../../core/model/backup.ts";
import type { EtcdCluster, EtcdMember, Service } from "../../core/model/estate.ts";
import { shellWord } from "../../core/text/shell-word.ts";

/**
 * The commands by which an operator puts a cluster's data back: etcd's own disaster recovery (etcd.io/docs, "Disaster
 * recovery") in this estate's names. It is not done for him: every member is down meanwhile, and what was written since is lost.
 */
export const restoreProcedure = (
  cluster: EtcdCluster,
  { revision, version }: BackupGroup,
  snapshot: string,
): readonly string[] => {
  const tool = /^3\.[0-4]\./.test(version) ? "ETCDCTL_API=3 etcdctl" : "etcdutl";
  const owner = cluster.owner.user;
  const initial = cluster.members
    .map((member) => `${member.name}=${advertisedPeerUrl(member)}`)
    .join(",");
  const each = (make: (member: EtcdMember) => readonly string[]): readonly string[] =>
    cluster.members.flatMap((member) => [
      `# on ${member.node.name}`,
      ...make(member).map((line) => line),
    ]);
  return [
    `# The data of ${cluster.name} goes back to revision ${revision}: what was written later is lost, and clients that`,
    "# watch or cache (kube-apiserver, controllers) have to be restarted afterwards.",
    "",
    "# 1. Stop every member.",
    ...each(({ service }) => [serviceCommand(service, "stop")]),
    "",
    `# 2. Copy ${snapshot} to every member's machine as /root/snapshot.db (mode 0600), then restore it there.`,
    ...each((member) => {
      const data = shellWord(member.dataDirectory);
      return [
        `mv ${data} ${shellWord(`${member.dataDirectory}.before-restore`)}`,
        `${tool} snapshot restore /root/snapshot.db --name ${shellWord(member.name)} --data-dir ${data} --initial-cluster ${shellWord(initial)} --initial-cluster-token ${shellWord(cluster.name)} --initial-advertise-peer-urls ${shellWord(advertisedPeerUrl(member))}`,
        `chown -R ${shellWord(owner)} ${data} && chmod 700 ${data} && rm /root/snapshot.db`,
      ];
    }),
    "",
    "# 3. Start all members; they wait for one another.",
    ...each(({ service }) => [serviceCommand(service, "start")]),
    "",
    "# 4. See that they agree.",
    `etcdctl --endpoints ${cluster.members.map(advertisedClientUrl).join(",")} endpoint status --write-out table`,
    "certwright etcd check",
  ];
};

const serviceCommand = (service: Service, verb: "start" | "stop"): string => {
  switch (service.kind) {
    case "systemd":
      return `systemctl ${verb} ${shellWord(service.unit)}`;
    case "static-pod": {
      const { manifest } = service;
      const aside = `/root/${manifest.slice(manifest.lastIndexOf("/") + 1)}`;
      const [from, to] = verb === "stop" ? [manifest, aside] : [aside, manifest];
      return `mv ${shellWord(from)} ${shellWord(to)}`;
    }
    case "command": {
      const command = service[verb];
      if (command !== undefined) return command.map(shellWord).join(" ");
      return `# ${verb} etcd here: the estate does not say how`;
    }
    case "none":
      return `# ${verb} etcd here: the estate does not say how`;
  }
};

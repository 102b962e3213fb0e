import type { EtcdCluster, EtcdMember } from "../../core/model/estate.ts";
import { memberPaths } from "./layout.ts";

/** A word of a unit file (systemd.unit(5)): percent signs are specifiers, spaces end it. */
const unitWord = (text: string): string => {
  const word = text.replaceAll("%", "%%");
  return /[\s"'\\]/.test(word) ? `"${word.replaceAll(/[\\"]/g, String.raw`\$&`)}"` : word;
};

/** The data directory is the one place etcd writes to; below /var/lib systemd makes it and gives it to the user. */
const writableLines = (directory: string): readonly string[] => {
  const state = /^\/var\/lib\/([^/].*[^/]|[^/])$/.exec(directory)?.[1];
  return state === undefined
    ? [`ReadWritePaths=${unitWord(directory)}`]
    : [`StateDirectory=${unitWord(state)}`, "StateDirectoryMode=0700"];
};

/**
 * The systemd unit. It names a user, a program and a folder and no address, member or certificate:
 * those are in the environment file, so all members have the same unit.
 */
export const unitFile = (cluster: EtcdCluster, member: EtcdMember): string =>
  `${[
    "[Unit]",
    "Description=etcd",
    "Documentation=https://etcd.io/docs/",
    "Wants=network-online.target",
    "After=network-online.target",
    "",
    "[Service]",
    "# etcd says that it is ready once it is part of a quorum: start the members within five minutes.",
    "Type=notify",
    "TimeoutStartSec=5min",
    `User=${unitWord(cluster.owner.user)}`,
    ...(cluster.owner.group === undefined ? [] : [`Group=${unitWord(cluster.owner.group)}`]),
    `EnvironmentFile=${unitWord(memberPaths(member).environment)}`,
    `ExecStart=${unitWord(cluster.binary)}`,
    "Restart=on-failure",
    "RestartSec=5",
    "LimitNOFILE=65536",
    "",
    ...writableLines(member.dataDirectory),
    "UMask=0077",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "PrivateUsers=yes",
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectProc=invisible",
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "AmbientCapabilities=",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    "MemoryDenyWriteExecute=yes",
    "RemoveIPC=yes",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallFilter=~@privileged @resources",
    "SystemCallErrorNumber=EPERM",
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  ].join("\n")}\n`;

import { utf8Bytes } from "../../../core/bytes/utf8.ts";
import type { Certificate } from "../../../core/model/certificate.ts";
import type { EtcdCluster } from "../../../core/model/estate.ts";
import { writePem } from "../../../core/x509/pem.ts";
import type { DesiredFile } from "../../../ports/files.ts";
import type { DesiredFolder } from "../../../ports/folders.ts";
import type { Issued, Issuer } from "../../authority/authority.ts";
import { environmentFile, etcdctlFile, yamlFile } from "../configuration.ts";
import { clientPaths, memberPaths } from "../layout.ts";
import { unitFile } from "../unit.ts";
import type { WantedPair } from "./pairs.ts";
import { keyOwner, placeOf, type Placement } from "./placement.ts";

const readable = 0o644;
const secret = 0o600;

const pem = (certificates: readonly Certificate[]): string =>
  certificates.map(({ der }) => writePem("CERTIFICATE", der)).join("");

/** Every generation that may have signed something still in use, newest first, so that a rotation can overlap. */
const bundleOf = (issuer: Issuer): readonly Certificate[] =>
  issuer.generations
    .toSorted((a, b) => b.number - a.number)
    .flatMap(({ stage, certificate }) =>
      stage === "retired" || certificate === undefined ? [] : [certificate],
    );

/**
 * What etcd is told to trust: the issuers themselves, not the roots above them, because everything else that such a
 * root signs would be a client or a member too. Go takes an intermediate for an anchor.
 */
const narrowTrust = (issuer: Issuer): string => pem(bundleOf(issuer));

/** What clients are told to trust: OpenSSL and Node want the root as well. */
const wideTrust = (issuer: Issuer): string => {
  const all = [...bundleOf(issuer), ...issuer.generations.flatMap(({ chain }) => chain.slice(-1))];
  return pem([...new Map(all.map((one) => [one.fingerprint, one])).values()]);
};

/** The two files of an issued pair: they change together. */
export const pairFiles = (pair: WantedPair, issued: Issued): readonly DesiredFile[] => [
  {
    path: pair.certificate,
    // The root is left out: who verifies has it, or does not trust it.
    content: utf8Bytes(pem([issued.certificate, ...issued.chain.slice(0, -1)])),
    mode: readable,
    ...pair.owner,
    pair: pair.certificate,
  },
  {
    path: pair.key,
    content: utf8Bytes(issued.key.pem("pkcs8")),
    mode: secret,
    ...pair.owner,
    pair: pair.certificate,
  },
];

/** A file that all may read; `text` is undefined while the issuer in it has yet to be created. */
export interface PublicFile {
  readonly path: string;
  readonly text: string | undefined;
}

/** Everything but the pairs: trust bundles and configuration of members and clients. */
export const publicFiles = (
  cluster: EtcdCluster,
  members: EtcdCluster["members"],
  placement: Placement,
  issuers: ReadonlyMap<string, Issuer>,
): readonly PublicFile[] => {
  const bundle = (name: string, form: (issuer: Issuer) => string): string | undefined => {
    const issuer = issuers.get(name);
    return issuer === undefined ? undefined : form(issuer);
  };
  const { peer, server, client } = cluster.issuers;
  return [
    ...members.flatMap((member): PublicFile[] => {
      const paths = memberPaths(member);
      return [
        { path: paths.peerTrust, text: bundle(peer, narrowTrust) },
        { path: paths.clientTrust, text: bundle(client, narrowTrust) },
        { path: paths.yaml, text: yamlFile(cluster, member) },
        { path: paths.environment, text: environmentFile(cluster, member) },
        { path: paths.unit, text: unitFile(cluster, member) },
      ].map(({ path, text }) => ({ path: placeOf(placement, member, path), text }));
    }),
    ...cluster.users.flatMap((user): PublicFile[] => {
      const paths = clientPaths(cluster, user);
      return [
        { path: paths.serverTrust, text: bundle(server, wideTrust) },
        { path: paths.environment, text: etcdctlFile(cluster, user) },
      ];
    }),
  ];
};

export const desiredPublicFile = (path: string, text: string): DesiredFile => ({
  path,
  content: utf8Bytes(text),
  mode: readable,
});

/** The files of a pair that stays, so that a mode or an owner that is not right is put right. */
export const keptPairFiles = (
  pair: WantedPair,
  present: { readonly certificate: Uint8Array; readonly key: Uint8Array },
): readonly DesiredFile[] => [
  { path: pair.certificate, content: present.certificate, mode: readable, ...pair.owner },
  { path: pair.key, content: present.key, mode: secret, ...pair.owner },
];

/** Folders that must be there first. */
export const neededFolders = (
  cluster: EtcdCluster,
  members: EtcdCluster["members"],
  placement: Placement,
): readonly DesiredFolder[] => [
  ...members.flatMap((member): DesiredFolder[] => {
    const at = (path: string): string => placeOf(placement, member, path);
    return [
      { path: at(member.configDirectory), mode: 0o755 },
      { path: at(member.certificateDirectory), mode: 0o755 },
      // etcd insists on 0700 (client/pkg/v3/fileutil, TouchDirAll). Below /var/lib systemd makes it: see unit.ts.
      ...(placement.kind === "tree" && member.dataDirectory.startsWith("/var/lib/")
        ? []
        : [{ path: at(member.dataDirectory), mode: 0o700, ...keyOwner(placement) }]),
    ];
  }),
  ...cluster.users.map((user) => ({ path: clientPaths(cluster, user).folder, mode: 0o700 })),
];

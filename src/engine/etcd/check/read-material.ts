import { utf8Of } from "../../../core/bytes/utf8.ts";
import { CertwrightError } from "../../../core/errors/certwright-error.ts";
import type { EtcdCluster } from "../../../core/model/estate.ts";
import type { EtcdCredentials } from "../../../ports/etcd.ts";
import type { Files } from "../../../ports/files.ts";
import type { TlsCredentials } from "../../../ports/tls.ts";
import { placeOf, type Placement } from "../init/placement.ts";
import { clientPaths, memberPaths } from "../layout.ts";
import type { CheckMaterial, Material } from "./material.ts";

/** Reads all that a check compares with and shows itself with. What cannot be read is a blind spot, not an error. */
export const readCheckMaterial = async (
  cluster: EtcdCluster,
  placement: Placement,
  files: Files,
): Promise<CheckMaterial> => {
  const text = (path: string) => readText(files, path);
  const [members, users, serverTrust] = await Promise.all([
    Promise.all(
      cluster.members.map(async (member) => {
        const paths = memberPaths(member);
        const at = (path: string): string => placeOf(placement, member, path);
        return {
          member,
          server: both(await text(at(paths.serverCertificate)), await text(at(paths.serverKey))),
          peer: both(await text(at(paths.peerCertificate)), await text(at(paths.peerKey))),
          peerTrust: await text(at(paths.peerTrust)),
        };
      }),
    ),
    Promise.all(
      cluster.users.map(async (user) => {
        const paths = clientPaths(cluster, user);
        return { user, client: both(await text(paths.certificate), await text(paths.key)) };
      }),
    ),
    text(clientPaths(cluster, cluster.users[0]!).serverTrust),
  ]);
  return { members, users, serverTrust };
};

/** What root shows itself with and verifies members against. */
export const readRootCredentials = async (
  cluster: EtcdCluster,
  files: Files,
): Promise<Material<EtcdCredentials>> => {
  const paths = clientPaths(cluster, cluster.users[0]!);
  const [ca, certificate, key] = await Promise.all(
    [paths.serverTrust, paths.certificate, paths.key].map((path) => readText(files, path)),
  );
  const pair = both(certificate!, key!);
  if (!pair.ok) return pair;
  return ca!.ok ? { ok: true, value: { ca: ca!.value, ...pair.value } } : ca!;
};

const readText = async (files: Files, path: string): Promise<Material<string>> => {
  try {
    return { ok: true, value: utf8Of((await files.read(path)).bytes).text };
  } catch (error) {
    if (error instanceof CertwrightError) return { ok: false, why: error.message };
    throw error;
  }
};

const both = (certificate: Material<string>, key: Material<string>): Material<TlsCredentials> =>
  !certificate.ok
    ? certificate
    : !key.ok
      ? key
      : { ok: true, value: { certificate: certificate.value, key: key.value } };

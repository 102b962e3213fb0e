import { utf8Of } from "../../core/bytes/utf8.ts";
import { failure, isFailure } from "../../core/errors/certwright-error.ts";
import { rootName, type EtcdClient, type EtcdCluster } from "../../core/model/estate.ts";
import { writePem } from "../../core/x509/pem.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import type { EtcdCredentials } from "../../ports/etcd.ts";
import type { TlsCredentials } from "../../ports/tls.ts";
import type { Authority, Issuer } from "../authority/authority.ts";
import { isSigned } from "../authority/issuers.ts";
import { memberPaths } from "../etcd/layout.ts";
import type { Sessions } from "./sessions.ts";

export const pemOf = (certificates: readonly Certificate[]): string =>
  certificates.map(({ der }) => writePem("CERTIFICATE", der)).join("");

/**
 * certwright as root of an etcd cluster, with a leaf that lives for minutes: of the generation that issues clients,
 * with its cross certificate where one exists, so that members before and after the switch let it in. It trusts
 * every generation of the servers' issuer that is not retired. Where that generation's key is lost, `own` gives what
 * root has been using so far. Throws authority.*, and what `own` throws.
 */
export const rootCredentials = async (
  authority: Authority,
  issuers: { readonly server: string; readonly client: string },
  own?: () => Promise<TlsCredentials>,
): Promise<EtcdCredentials> => {
  const [server, client] = await Promise.all([
    authority.issuer(issuers.server),
    authority.issuer(issuers.client),
  ]);
  const ca = trustedPem(server);
  try {
    return { ca, ...(await shortLived(authority, client)) };
  } catch (error) {
    if (own === undefined || !isFailure(error, "keystore.no-key")) throw error;
    return { ca, ...(await own()) };
  }
};

const shortLived = async (authority: Authority, client: Issuer): Promise<TlsCredentials> => {
  const { current } = client;
  if (current === undefined) throw failure("authority.not-signed", { issuer: client.name });
  const via = current.crossSigns.at(-1)?.by;
  const { presented, key } = await authority.probe({
    issuer: client.name,
    generation: current.number,
    usage: "client",
    names: { commonName: rootName },
    ...(via === undefined ? {} : { via }),
  });
  return { certificate: pemOf(presented), key: key.pem("pkcs8") };
};

/** Certificate and key of a client that may do everything, from where they lie. Throws etcd.no-client-files, node.*. */
export const ownRootFiles = async (
  sessions: Sessions,
  cluster: EtcdCluster,
): Promise<TlsCredentials> => {
  const root = cluster.clients.find(({ user }) => user === rootName) ?? memberAsClient(cluster);
  if (root === undefined) throw failure("etcd.no-client-files", { why: "the estate names none" });
  const { node, certificate, key } = root;
  return sessions.use(node, async (session) => {
    const [first, second] = await Promise.all([session.read(certificate), session.read(key)]);
    if (first === undefined || second === undefined) {
      const path = first === undefined ? certificate : key;
      throw failure("etcd.no-client-files", { why: `${path}: there is no such file` });
    }
    return { certificate: utf8Of(first.bytes).text, key: utf8Of(second.bytes).text };
  });
};

/**
 * Without users, whoever has a certificate is let in everywhere: the members' own ones, too, which kubeadm makes for
 * servers and clients (etcd#9785).
 */
const memberAsClient = ({
  users,
  members,
}: EtcdCluster): Pick<EtcdClient, "node" | "certificate" | "key"> | undefined => {
  const [member] = members;
  if (users.length > 0 || member === undefined) return undefined;
  const { serverCertificate, serverKey } = memberPaths(member);
  return { node: member.node, certificate: serverCertificate, key: serverKey };
};

/**
 * Every generation of an issuer that is not retired: whatever its servers show meanwhile is trusted. Of one below another
 * CA not that one, which signs others, too.
 */
export const trustedPem = (issuer: Issuer): string =>
  pemOf(
    issuer.generations
      .filter(isSigned)
      .filter(({ stage }) => stage !== "retired")
      .map(({ certificate }) => certificate),
  );

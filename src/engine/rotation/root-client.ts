import { writePem } from "../../core/x509/pem.ts";
import { rootName } from "../../core/model/estate.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import type { EtcdCredentials } from "../../ports/etcd.ts";
import type { Authority, Issuer } from "../authority/authority.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { chainFrom, isSigned } from "../authority/issuers.ts";

export const pemOf = (certificates: readonly Certificate[]): string =>
  certificates.map(({ der }) => writePem("CERTIFICATE", der)).join("");

/**
 * certwright as root of an etcd cluster, with a leaf that lives for minutes: of the generation that issues clients,
 * with its cross certificate where one exists, so that members before and after the switch let it in. It trusts
 * every generation of the servers' issuer that is not retired. Throws authority.*.
 */
export const rootCredentials = async (
  authority: Authority,
  issuers: { readonly server: string; readonly client: string },
): Promise<EtcdCredentials> => {
  const [server, client] = await Promise.all([
    authority.issuer(issuers.server),
    authority.issuer(issuers.client),
  ]);
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
  return { ca: pemOf(trusted(server)), certificate: pemOf(presented), key: key.pem("pkcs8") };
};

const trusted = (issuer: Issuer): readonly Certificate[] =>
  issuer.generations
    .filter(isSigned)
    .filter(({ stage }) => stage !== "retired")
    .map((generation) => chainFrom(generation).at(-1)!);

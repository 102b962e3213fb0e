import { parseIp } from "../../core/x509/ip.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { EtcdCluster } from "../../core/model/estate.ts";
import type { EtcdCredentials } from "../../ports/etcd.ts";
import type { TlsCredentials } from "../../ports/tls.ts";
import type { PlacedSlot } from "./layout.ts";
import type { RotationPorts } from "./ports.ts";
import { ownRootFiles, pemOf, rootCredentials } from "./root-client.ts";
import type { Sessions } from "./sessions.ts";

/** Leaves of minutes that certwright shows itself with. Made when first asked for, and again before they end. */
export interface Credentials {
  /** Of etcd. Throws rotation.not-in-estate where there is none. */
  root(): Promise<EtcdCredentials>;
  /** For the port at which a trusting slot is read; `commonName`: as whom. */
  probe(
    slot: PlacedSlot,
    issuer: string,
    generation: number,
    commonName: string,
  ): Promise<TlsCredentials>;
}

/** As whom a probe speaks, and for whom where it is to speak for others. */
export const probedUser = "certwright-probe";

/** A probe lives for ten minutes from now (engine/authority/probe.ts); half of it is left for whoever is behind. */
const freshFor = 300_000;

/** What lies in somebody's files is changed by the run itself; the calls of one look go together. */
const ownFreshFor = 2_000;

interface Made {
  readonly at: number;
  readonly value: Promise<unknown>;
  freshFor: number;
}

export const makeCredentials = (
  { authority, clock }: Pick<RotationPorts, "authority" | "clock">,
  sessions: Sessions,
  etcd: EtcdCluster | undefined,
): Credentials => {
  const made = new Map<string, Made>();
  const fresh = <T>(key: string, make: () => Promise<T>): Promise<T> => {
    const known = made.get(key);
    const now = clock.now();
    if (known !== undefined && Math.abs(now - known.at) < known.freshFor)
      return known.value as Promise<T>;
    const value = make();
    made.set(key, { at: now, value, freshFor });
    value.catch(() => made.get(key)?.value === value && made.delete(key));
    return value;
  };
  return {
    root: async () => {
      if (etcd === undefined) throw failure("rotation.not-in-estate", { what: "etcd", id: "root" });
      const { issuers } = etcd;
      // Another leaf once the issuer goes on to another generation, or the servers' to be trusted are others.
      const [server, client] = await Promise.all([
        authority.issuer(issuers.server),
        authority.issuer(issuers.client),
      ]);
      const stages = server.generations.map(({ number, stage }) => `${number} ${stage}`).join();
      const crossed = client.current?.crossSigns.at(-1)?.by ?? 0;
      const word = `root ${client.current?.number} ${crossed} ${stages}`;
      return fresh(word, () =>
        rootCredentials(authority, issuers, () => {
          const known = made.get(word);
          if (known !== undefined) known.freshFor = ownFreshFor;
          return ownRootFiles(sessions, etcd);
        }),
      );
    },
    probe: ({ port }, issuer, generation, commonName) =>
      fresh(`${port?.host} ${commonName} ${issuer} ${generation}`, async () => {
        const { presented, key } = await authority.probe({
          issuer,
          generation,
          usage: "client",
          // etcd holds the addresses in a peer's certificate against where it comes from (listener_tls.go, checkSAN).
          names: { commonName, ...addressOf(port?.host) },
        });
        return { certificate: pemOf(presented), key: key.pem("pkcs8") };
      }),
  };
};

const addressOf = (
  host: string | undefined,
): { readonly ip?: readonly string[]; readonly dns?: readonly string[] } => {
  if (host === undefined) return {};
  return parseIp(host) !== undefined ? { ip: [host] } : { dns: [host] };
};

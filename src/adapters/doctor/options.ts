import type { TlsVersion } from "../../core/tls/observation.ts";

/** What `certwright doctor` was told beside its targets. Paths as typed. */
export interface DoctorOptions {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly crl?: string | undefined;
  readonly servername?: string | undefined;
  readonly tlsMax?: TlsVersion | undefined;
  /** The file the server is meant to serve. */
  readonly serverCert?: string | undefined;
  /** "-" is standard input. */
  readonly serverLog?: string | undefined;
  readonly log?: string | undefined;
  /** Where the server behind a manifest is reached from here. */
  readonly at?: { readonly host: string; readonly port: number } | undefined;
  /** Milliseconds for everything. */
  readonly timeout: number;
}

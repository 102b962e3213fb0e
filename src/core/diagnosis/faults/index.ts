// Made by `npm run faults` from the files beside it.
import type { Fault } from "../fault.ts";
import { fault as clientExpired } from "./client/expired.ts";
import { fault as clientNoneSent } from "./client/none-sent.ts";
import { fault as fileMissing } from "./file/missing.ts";
import { fault as nameHostMismatch } from "./name/host-mismatch.ts";
import { fault as netDnsNxdomain } from "./net/dns-nxdomain.ts";
import { fault as netRefused } from "./net/refused.ts";
import { fault as trustNoCaConfigured } from "./trust/no-ca-configured.ts";
import { fault as trustUnknownCa } from "./trust/unknown-ca.ts";

/** Every fault doctor can name. */
export const faults: readonly Fault[] = [
  clientExpired,
  clientNoneSent,
  fileMissing,
  nameHostMismatch,
  netDnsNxdomain,
  netRefused,
  trustNoCaConfigured,
  trustUnknownCa,
];

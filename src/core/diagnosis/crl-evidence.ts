import type { Certificate } from "../model/certificate.ts";
import type { RevocationList } from "../model/revocation-list.ts";
import type { Case } from "./case.ts";
import { certificatesOf, type FileEvidence } from "./file-evidence.ts";
import { isAuthority } from "./judged-chain.ts";

/** Every revocation list of the run with the file that holds it. */
export const crlsOf = ({
  files,
}: Case): readonly { readonly file: FileEvidence; readonly list: RevocationList }[] =>
  files.flatMap((file) => file.material.revocationLists.map(({ list }) => ({ file, list })));

/** CAs that a list here could be by: all that are trusted, shown or given, for servers and clients alike. */
export const authoritiesFor = (seen: Case): readonly Certificate[] =>
  [
    ...(seen.client.ca === undefined ? [] : certificatesOf(seen.client.ca)),
    ...(seen.served?.chain ?? []),
    ...(seen.own?.anchors ?? []),
    ...seen.files.flatMap(certificatesOf),
  ].filter(isAuthority);

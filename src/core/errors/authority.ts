import { shellWord } from "../text/shell-word.ts";
import { define } from "./definition.ts";

const list = (names: readonly string[]): string =>
  names.length === 0 ? "there is none yet" : `there are ${names.join(", ")}`;

export const authorityErrors = {
  "authority.invalid-name": define<{ name: string }>({
    message: (p) => `"${p.name}" cannot be the name of an issuer`,
    hint: () =>
      'use letters, digits, ".", "_" and "-", at most 63, starting with a letter or digit: etcd-ca',
    retry: "never",
    exit: 2,
  }),
  "authority.no-issuer": define<{ name: string; known: readonly string[]; nearest?: string }>({
    message: (p) => `there is no issuer named ${p.name}: ${list(p.known)}`,
    hint: (p) =>
      p.nearest === undefined
        ? `create it with: certwright ca create ${p.name}`
        : `did you mean "${p.nearest}"?`,
    retry: "never",
    exit: 1,
  }),
  "authority.which-issuer": define<{ known: readonly string[] }>({
    message: (p) => `there are several issuers: ${p.known.join(", ")}`,
    hint: (p) => `say which: --issuer ${p.known[0]}`,
    retry: "never",
    exit: 2,
  }),
  "authority.not-signed": define<{ issuer: string }>({
    message: (p) => `${p.issuer} waits for its certificate from an external CA`,
    hint: (p) =>
      `have its request signed, then: certwright ca intermediate ${p.issuer} --import FILE`,
    retry: "never",
    exit: 1,
  }),
  "authority.no-generation": define<{ issuer: string; number: number; known: readonly number[] }>({
    message: (p) => `${p.issuer} has no generation ${p.number}: ${list(p.known.map(String))}`,
    hint: (p) => `make one with: certwright ca generation ${p.issuer}`,
    retry: "never",
    exit: 1,
  }),
  "authority.no-parent": define<{ issuer: string; parent: string }>({
    message: (p) => `${p.issuer} is signed by ${p.parent}, which is no issuer of this PKI`,
    hint: (p) =>
      `have that CA sign the new one: certwright plan rotate ${p.issuer} --to-external FILE, with its certificate`,
    retry: "never",
    exit: 1,
  }),
  "authority.none-would-issue": define<{ issuer: string; number: number }>({
    message: (p) => `generation ${p.number} is the only one of ${p.issuer} that issues`,
    hint: (p) =>
      `let another one issue first: certwright ca generation ${p.issuer} --number N --stage issuing`,
    retry: "never",
    exit: 1,
  }),
  "authority.not-next-generation": define<{ issuer: string; number: number; next: number }>({
    message: (p) =>
      `generation ${p.number} of ${p.issuer} cannot be made: the next one is ${p.next}`,
    hint: (p) =>
      `the plan is older than the authority; make it anew: certwright plan rotate ${p.issuer}`,
    retry: "never",
    exit: 1,
  }),
  "authority.cross-sign-order": define<{ issuer: string; number: number; by: number }>({
    message: (p) =>
      `generation ${p.by} of ${p.issuer} cannot cross-sign generation ${p.number}: an older one signs a newer one`,
    hint: (p) => `see its generations: certwright ca show ${p.issuer}`,
    retry: "never",
    exit: 2,
  }),
  "authority.no-room-below": define<{
    issuer: string;
    number: number;
    subject: string;
    pathLength: number;
  }>({
    message: (p) =>
      `generation ${p.number} of ${p.issuer} cannot sign another generation: ${p.subject} has path length ${p.pathLength}`,
    hint: (p) => `use the other protocol: certwright plan rotate ${p.issuer} --protocol bundle`,
    retry: "never",
    exit: 1,
  }),
  "authority.not-cross-signed": define<{ issuer: string; number: number; by: number }>({
    message: (p) =>
      `generation ${p.number} of ${p.issuer} was not cross-signed by generation ${p.by}`,
    hint: (p) => `see its generations: certwright ca show ${p.issuer}`,
    retry: "never",
    exit: 1,
  }),
  "authority.generation-retired": define<{ issuer: string; number: number }>({
    message: (p) =>
      `generation ${p.number} of ${p.issuer} is retired and signs no certificate for use`,
    hint: (p) => `see which one issues: certwright ca show ${p.issuer}`,
    retry: "never",
    exit: 1,
  }),
  "authority.reissue-ca": define<{ subject: string }>({
    message: (p) => `${p.subject} is a CA's certificate: only leaves are issued anew`,
    hint: () => "a CA gets a new generation: certwright plan rotate ISSUER",
    retry: "never",
    exit: 1,
  }),
  "authority.reissue-foreign": define<{ subject: string; signedBy: string; issuer: string }>({
    message: (p) =>
      `the certificate of ${p.subject} was signed by ${p.signedBy}, and not by any generation of ${p.issuer}`,
    hint: () => "find out who put it there before its names and rights are signed again",
    retry: "never",
    exit: 1,
  }),
  "authority.reissue-revoked": define<{ subject: string; serial: string }>({
    message: (p) =>
      `the certificate of ${p.subject} with serial ${p.serial} was revoked: its key is not signed again`,
    hint: () => "take a new key: certwright plan renew SLOT --new-key",
    retry: "never",
    exit: 1,
  }),
  "authority.which-rules": define<{ issuer: string }>({
    message: () => "neither a profile nor a role says what may be issued",
    hint: (p) => `name one: certwright issue --issuer ${p.issuer} --profile tls-server …`,
    retry: "never",
    exit: 2,
  }),
  "authority.not-a-leaf-profile": define<{ profile: string }>({
    message: (p) => `profile ${p.profile} is for certification authorities`,
    hint: (p) => `certwright ca create NAME --profile ${p.profile}`,
    retry: "never",
    exit: 2,
  }),
  "authority.not-an-authority-profile": define<{ profile: string }>({
    message: (p) => `profile ${p.profile} is for certificates of servers and clients`,
    hint: (p) => `certwright issue --issuer ISSUER --profile ${p.profile}`,
    retry: "never",
    exit: 2,
  }),
  "authority.no-request": define<{ source: string }>({
    message: (p) => `${p.source}: holds no certificate signing request`,
    hint: (p) => `see what it holds: certwright inspect ${p.source}`,
    retry: "never",
    exit: 1,
  }),
  "authority.several-requests": define<{ source: string; count: number }>({
    message: (p) => `${p.source}: holds ${p.count} signing requests, one is signed at a time`,
    hint: () => "put each into a file of its own",
    retry: "never",
    exit: 1,
  }),
  "authority.does-not-verify": define<{ subject: string; why: string }>({
    message: (p) =>
      `the certificate made for ${p.subject} would not verify: ${p.why}; it was not recorded and is not given out`,
    retry: "never",
    exit: 1,
  }),
  "authority.no-certificate": define<{ serial: string; issuer?: string }>({
    message: (p) =>
      `there is no certificate with serial ${p.serial}${p.issuer === undefined ? "" : ` of ${p.issuer}`}`,
    hint: () => "list them with: certwright ca list --certificates",
    retry: "never",
    exit: 1,
  }),
  "authority.serial-of-several": define<{ serial: string; issuers: readonly string[] }>({
    message: (p) =>
      `several issuers have a certificate with serial ${p.serial}: ${p.issuers.join(", ")}`,
    hint: (p) => `say whose: --issuer ${p.issuers[0]}`,
    retry: "never",
    exit: 2,
  }),
  "authority.own-revocation": define<{ issuer: string }>({
    message: (p) =>
      `${p.issuer} cannot revoke itself: nobody who trusts a root asks for its revocation`,
    hint: () => "take it out of the trust bundles instead",
    retry: "never",
    exit: 1,
  }),
  "authority.several-lists": define<{ issuer: string; generations: readonly number[] }>({
    message: (p) =>
      `${p.issuer} has lists of generations ${p.generations.join(" and ")}, and DER holds one`,
    hint: (p) => `name it: certwright ca crl ${p.issuer} --generation ${p.generations[0]} --der`,
    retry: "never",
    exit: 2,
  }),
  "authority.no-revocation-lists": define<{ issuer: string; generation: number }>({
    message: (p) =>
      `the certificate of generation ${p.generation} of ${p.issuer} does not allow signing revocation lists (no cRLSign)`,
    hint: () => "have the external CA sign it again with key usage cRLSign",
    retry: "never",
    exit: 1,
  }),
  "authority.import-other-key": define<{ issuer: string }>({
    message: (p) => `none of these certificates is for the key of ${p.issuer}`,
    hint: (p) => `compare with its request: certwright ca show ${p.issuer} -o json`,
    retry: "never",
    exit: 1,
  }),
  "authority.not-asked": define<{ issuer: string; number: number }>({
    message: (p) => `generation ${p.number} of ${p.issuer} waits for no external CA`,
    hint: (p) => `see what it is: certwright ca show ${p.issuer}`,
    retry: "never",
    exit: 1,
  }),
  "authority.answer-faulty": define<{ issuer: string; number: number; faults: readonly string[] }>({
    message: (p) =>
      `the answer for generation ${p.number} of ${p.issuer} cannot be taken: ${p.faults.join("; ")}`,
    hint: () => "have the request signed anew, as it stands; nothing was written",
    retry: "never",
    exit: 1,
  }),
  "authority.enlist-unfit": define<{ issuer: string; subject: string; why: string }>({
    message: (p) => `${p.subject} cannot be a generation of ${p.issuer}: ${p.why}`,
    hint: () =>
      "plan anew with a file that holds the CA that signs leaves, and those above it up to its root: --to-external FILE --external-signs leaves",
    retry: "never",
    exit: 1,
  }),
  "authority.leaf-other-key": define<{ name: string; subject: string }>({
    message: (p) => `${p.name}: the key there is not that of ${p.subject}, which lies beside it`,
    hint: () => "bring certificate and key together again, then go on: certwright resume",
    retry: "never",
    exit: 1,
  }),
  "authority.leaf-unanswered": define<{ subject: string; issuer: string; number: number }>({
    message: (p) =>
      `nobody has signed ${p.subject} for generation ${p.number} of ${p.issuer}: it is not what was there when it was asked for`,
    hint: () =>
      "take the run back (certwright rollback) and plan anew: what is there now is asked for then",
    retry: "never",
    exit: 1,
  }),
  "authority.leaf-faulty": define<{ name: string; faults: readonly string[] }>({
    message: (p) => `the answer for ${p.name} cannot be taken: ${p.faults.join("; ")}`,
    hint: () => "have the request signed anew, as it stands; nothing was written",
    retry: "never",
    exit: 1,
  }),
  "authority.import-not-a-ca": define<{ issuer: string; subject: string }>({
    message: (p) => `${p.subject} is no CA certificate, so ${p.issuer} could not sign with it`,
    hint: () => "the external CA must sign with basicConstraints CA:TRUE and key usage keyCertSign",
    retry: "never",
    exit: 1,
  }),
  "authority.adopt-other-key": define<{
    certificate: string;
    /** SHA-256 of the public keys. */
    certificateKeys: readonly string[];
    key: string;
    keyId: string;
  }>({
    message: (p) =>
      `${p.key}: is the key with the fingerprint ${p.keyId}, and ${p.certificate} holds a certificate for ${p.certificateKeys.join(" and ")}`,
    hint: (p) =>
      `find the two that belong together: certwright inspect ${shellWord(p.certificate)} ${shellWord(p.key)}`,
    retry: "never",
    exit: 1,
  }),
  "authority.adopt-several": define<{
    certificate: string;
    name: string;
    subjects: readonly string[];
  }>({
    message: (p) => `${p.certificate}: holds several CAs: ${p.subjects.join(", ")}`,
    hint: (p) =>
      `give the key of the one that signs: certwright ca adopt ${p.name} --certificate ${shellWord(p.certificate)} --key FILE`,
    retry: "never",
    exit: 1,
  }),
  "authority.adopt-not-a-ca": define<{ certificate: string; subject: string; why: string }>({
    message: (p) => `${p.certificate}: ${p.subject} is no CA: ${p.why}`,
    hint: () => "name the file of the certificate that signs others",
    retry: "never",
    exit: 1,
  }),
  "authority.adopt-not-valid": define<{
    certificate: string;
    name: string;
    subject: string;
    why: string;
  }>({
    message: (p) => `${p.certificate}: ${p.subject} ${p.why}`,
    hint: (p) => `make a new CA: certwright ca create ${p.name}`,
    retry: "never",
    exit: 1,
  }),
  "authority.adopt-no-root": define<{
    certificate: string;
    name: string;
    subject: string;
    issuer: string;
  }>({
    message: (p) =>
      `${p.certificate}: ${p.subject} was signed by ${p.issuer}, whose certificate is not in the file`,
    hint: (p) =>
      `put it behind the other in one file: certwright ca adopt ${p.name} --certificate BOTH --key FILE`,
    retry: "never",
    exit: 1,
  }),
  "authority.adopt-taken": define<{
    name: string;
    certificate: string;
    subject: string;
    /** "1: CN=kubernetes (1234abcd)" */
    generations: readonly string[];
  }>({
    message: (p) =>
      `${p.certificate}: holds ${p.subject}, and ${p.name} is another CA already (generation ${p.generations.join(", generation ")})`,
    hint: (p) => `see it: certwright ca show ${p.name}; or adopt this one under another name`,
    retry: "never",
    exit: 1,
  }),
  "authority.key-pair-no-ca": define<{ issuer: string }>({
    message: (p) =>
      `${p.issuer} is a key pair that signs tokens, and no CA: it signs no certificate`,
    hint: () => "name an issuer that is a CA: certwright ca list",
    retry: "never",
    exit: 1,
  }),
  "authority.key-pair-elsewhere": define<{ source: string; issuer: string; name: string }>({
    message: (p) => `the key in ${p.source} is that of the issuer ${p.issuer}, not of ${p.name}`,
    hint: (p) =>
      `a key that signs certificates should not sign tokens, too; see it: certwright ca show ${p.issuer}`,
    retry: "never",
    exit: 1,
  }),
  "authority.key-pair-taken": define<{ name: string; source: string; key: string }>({
    message: (p) =>
      `the PKI has an issuer ${p.name} already, and the key in ${p.source} (SHA-256 ${p.key.slice(0, 16)}) is none of its generations`,
    hint: (p) =>
      `find out which master has the right one: sha256sum ${p.source.replace(/^[^/]*:/, "")} on each; what is known, shows: certwright ca show ${p.name}`,
    retry: "never",
    exit: 1,
  }),
  "authority.adopt-elsewhere": define<{
    certificate: string;
    subject: string;
    issuer: string;
    number: number;
    name: string;
  }>({
    message: (p) =>
      `${p.certificate}: ${p.subject} is generation ${p.number} of ${p.issuer} already, and cannot be ${p.name}, too`,
    hint: (p) => `call it ${p.issuer} in the estate: one CA is one issuer`,
    retry: "never",
    exit: 1,
  }),
};

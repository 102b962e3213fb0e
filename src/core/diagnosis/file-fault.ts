import type { MaterialFault } from "../material/material.ts";
import type { Case } from "./case.ts";
import type { Fault } from "./fault.ts";
import { defineFault } from "./fault.ts";
import type { FaultId } from "./fault-id.ts";
import { roleText, type FileEvidence } from "./file-evidence.ts";
import type { Certainty, Detected, FixStep } from "./finding.ts";
import { logSaying } from "./log/saying.ts";
import { locationText } from "./location.ts";
import { shellWord } from "../text/shell-word.ts";

/** One fault of a file as such, or of its bytes, found by code alone. */
export interface FileFault {
  readonly id: FaultId;
  readonly title: string;
  /** Codes of the error registry or of the PEM reader that mean this fault. */
  readonly codes: readonly string[];
  /** Another sign of it than a code. */
  readonly fits?: (file: FileEvidence) => boolean;
  /** What programs say of it in their logs, and how sure that makes it; a path is looked for in the line. */
  readonly told?: {
    readonly says: RegExp;
    readonly unless?: RegExp;
    readonly certainty: Certainty;
  };
  /** What is so, behind "the client key tls.key": "is a directory". */
  readonly says: (file: FileEvidence, fault: MaterialFault | undefined) => string;
  readonly breaks: string;
  /** Whose programs stumble, when some do not. */
  readonly forWhom?: string;
  readonly fix: (path: string, file: FileEvidence) => readonly FixStep[];
  readonly explains?: readonly FaultId[];
  readonly cites: readonly string[];
  readonly explain: string;
}

/** "the client key tls.key", "the file tls.key" */
export const theFile = (file: FileEvidence): string => `the ${roleText[file.role]} ${file.name}`;

/** A file's path as a word of a command; for data inside a manifest its place in words. */
const pathWord = (file: FileEvidence): string => shellWord(file.path ?? file.name);

/** The manifest's field must be corrected, not a file: commands on paths would not work. */
const isInline = ({ path }: FileEvidence): boolean => path === undefined;

const codeIn = (
  file: FileEvidence,
  { codes, fits }: Pick<FileFault, "codes" | "fits">,
): { readonly message: string; readonly fault?: MaterialFault } | undefined => {
  const { error, material } = file;
  if (error !== undefined && codes.includes(error.code)) return { message: error.message };
  // A revocation list is DER by RFC 5280 section 4.2.1.13, and etcd reads no other.
  const fault = material.faults.find(
    ({ code, harmless }) =>
      !harmless && codes.includes(code) && !(file.role === "crl" && code === "file.der"),
  );
  if (fault !== undefined) return { message: fault.message, fault };
  return fits?.(file) === true
    ? {
        message: `${file.name} has ${file.size} bytes and the mode 0${(file.mode ?? 0).toString(8)}`,
      }
    : undefined;
};

/** Makes the fault of a description: the first file that has it is the subject, others are told as evidence. */
export const defineFileFault = (description: FileFault): Fault => {
  const { id, title, says, breaks, forWhom, fix, explains, cites, explain } = description;
  return defineFault({
    id,
    title,
    side: "file",
    severity: "fault",
    stage: "file",
    ...(explains === undefined ? {} : { explains }),
    cites,
    explain,
    detect(seen: Case) {
      const found = seen.files.flatMap((file) => {
        const sign = codeIn(file, description);
        return sign === undefined ? [] : [{ file, ...sign }];
      });
      const [first] = found;
      if (first === undefined) return fromLog(seen, description);
      const { file, fault } = first;
      const steps = isInline(file)
        ? [
            {
              does: `put the ${roleText[file.role]} at ${locationText(file.named)} again: base64 of PEM, made once (base64 -w0 FILE)`,
            },
          ]
        : fix(pathWord(file), file);
      const others = found.filter(({ file: one }) => one.name !== file.name);
      return {
        text: `${theFile(file)} ${says(file, fault)}`,
        subject: file.name,
        certainty: "proved",
        evidence: [
          first.message,
          `it is named by ${locationText(file.named)}`,
          ...others.map(({ message }) => message),
        ],
        breaks,
        ...(forWhom === undefined ? {} : { forWhom }),
        fix: steps,
      };
    },
  });
};

/** Files that hold certificates and keys, by their names; a web server misses many others every day. */
const certificateFile =
  /((?:\/|\.{1,2}\/|[\w-]+\/)?[^\s"'`,:;()=]*\.(?:crt|pem|key|cer|ca|p12|pfx|jks|p7b))\b/i;

/** Words about certificates beside it, when no such file is named. */
const aboutTls =
  /certificate|x509|\btls\b|key ?pair|PEM|private key|\bcert\b|OSSL|(?:asn1 encoding|Provider) routines|section end marker/i;

/** What is told by a log line alone, when there are no files to look at. */
const fromLog = (seen: Case, { told, title, breaks, forWhom }: FileFault): Detected | undefined => {
  if (told === undefined || seen.files.length > 0) return undefined;
  const said = logSaying(seen, told);
  if (said === undefined) return undefined;
  const { text, program } = said.line;
  const path = certificateFile.exec(text)?.[1];
  if (path === undefined && !aboutTls.test(said.line.raw)) return undefined;
  const who = program === "unknown" ? "a program" : program;
  const what = path ?? "one of its certificate or key files";
  return {
    text: `${who} cannot use ${what}: ${title.charAt(0).toLowerCase()}${title.slice(1)}`,
    subject: path ?? said.line.file,
    certainty: told.certainty,
    evidence: said.evidence,
    breaks,
    ...(forWhom === undefined ? {} : { forWhom }),
    fix: [
      {
        does: `mend ${what}; this tells what is wrong with it, and how`,
        command: `certwright doctor ${path === undefined ? "FILE" : shellWord(path)}`,
      },
    ],
  };
};

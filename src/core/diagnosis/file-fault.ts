import type { MaterialFault } from "../material/material.ts";
import type { Case } from "./case.ts";
import type { Fault } from "./fault.ts";
import { defineFault } from "./fault.ts";
import type { FaultId } from "./fault-id.ts";
import { roleText, type FileEvidence } from "./file-evidence.ts";
import type { FixStep } from "./finding.ts";
import { locationText } from "./location.ts";
import { shellWord } from "./words.ts";

/** One fault of a file as such, or of its bytes, found by code alone. */
export interface FileFault {
  readonly id: FaultId;
  readonly title: string;
  /** Codes of the error registry or of the PEM reader that mean this fault. */
  readonly codes: readonly string[];
  /** Another sign of it than a code. */
  readonly fits?: (file: FileEvidence) => boolean;
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
  return fits?.(file) === true ? { message: `${file.name} has ${file.size} bytes` } : undefined;
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
    detect({ files }: Case) {
      const found = files.flatMap((file) => {
        const seen = codeIn(file, description);
        return seen === undefined ? [] : [{ file, ...seen }];
      });
      const [first] = found;
      if (first === undefined) return undefined;
      const { file, fault } = first;
      const steps = isInline(file)
        ? [{ does: `put the right data at ${locationText(file.named)}` }]
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

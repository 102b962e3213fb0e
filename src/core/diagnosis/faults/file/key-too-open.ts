import { defineFault } from "../../fault.ts";
import { keyOf, type FileEvidence } from "../../file-evidence.ts";
import { theFile } from "../../file-fault.ts";
import { shellWord } from "../../../text/shell-word.ts";

/** Others may write it, others may read it, the group may read it. */
const othersWrite = 0o002;
const othersRead = 0o004;

const octal = (mode: number): string => `0${(mode & 0o7777).toString(8).padStart(3, "0")}`;

const isOpen = (file: FileEvidence): file is FileEvidence & { mode: number; path: string } =>
  file.path !== undefined &&
  file.mode !== undefined &&
  keyOf(file) !== undefined &&
  (file.mode & (othersRead | othersWrite)) !== 0;

export const fault = defineFault({
  id: "file.key-too-open",
  title: "Private key readable by everybody",
  side: "file",
  severity: "info",
  stage: "advice",
  cites: ["chmod(1)", "CIS Kubernetes Benchmark 1.1.21"],
  explain: `The mode of the key's file lets every user of the machine read it, or even change it. Everything works, and whoever has
an account there can pose as the owner of the certificate. Keys are 0600, or 0640 with a group for the one program that
reads them. It is the verdict when the key's file is all that is looked at, or when everybody may write it.`,
  detect({ files, endpoint }) {
    const open = files.filter(isOpen);
    const file = open.find(({ mode }) => (mode & othersWrite) !== 0) ?? open[0];
    if (file === undefined) return undefined;
    const writable = (file.mode & othersWrite) !== 0;
    const alone = endpoint === undefined && files.length === open.length;
    return {
      text: `${theFile(file)} may be ${writable ? "changed" : "read"} by every user of this machine (mode ${octal(file.mode)})`,
      subject: file.name,
      certainty: "proved",
      ...(writable || alone ? { severity: "warning" as const } : {}),
      evidence: open.map(({ name, mode }) => `${name} has mode ${octal(mode)}`),
      breaks: `nothing works less for it, but whoever has an account here can pose as the key's owner`,
      fix: [
        {
          does: "let only its owner read it, and make a new key and certificate if others had an account here",
          command: `chmod 600 ${open.map(({ path }) => shellWord(path)).join(" ")}`,
        },
      ],
    };
  },
});

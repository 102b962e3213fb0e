import { roleText } from "../../file-evidence.ts";
import { defineFileFault } from "../../file-fault.ts";
import { locationText } from "../../location.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFileFault({
  id: "file.missing",
  title: "File does not exist",
  codes: ["file.missing", "file.no-folder", "file.not-directory"],
  told: {
    says: /no such file or directory|ENOENT|FileNotFoundException|certificate file "[^"]*" does not exist/i,
    unless: /scheme is http/i,
    certainty: "likely",
  },
  says: () => "does not exist",
  breaks: "the program that is told to use it does not start, or goes on without it",
  fix: (_path, file) => [
    {
      does: `put the ${roleText[file.role]} at ${file.name}, or correct ${locationText(file.named)}; see what is there`,
      command: `ls -la ${shellWord(folderOf(file.name))}`,
    },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.no-ca-configured",
    "trust.unknown-ca",
    "client.none-sent",
    "client.rejected",
  ],
  cites: ["open(2): ENOENT, ENOTDIR"],
  explain: `A configuration names a file that is not there. Paths in a container are those of the container, and
relative paths count from the folder in which the program was started: a kubeconfig's from the folder of the kubeconfig.`,
});

const folderOf = (path: string): string => {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : path.slice(0, slash) || "/";
};

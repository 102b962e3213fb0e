import { locationText } from "../../location.ts";
import { roleText } from "../../file-evidence.ts";
import { defineFault } from "../../fault.ts";
import { shellWord } from "../../words.ts";

export const fault = defineFault({
  id: "file.missing",
  title: "File does not exist",
  side: "file",
  severity: "fault",
  stage: "file",
  cites: ["open(2): ENOENT"],
  explain: `A configuration names a file that is not there. Paths in a container are those of the container, and
relative paths count from the folder in which the program was started: a kubeconfig's from the folder of the kubeconfig.`,
  detect({ files }) {
    const file = files.find(({ error }) => error?.code === "file.missing");
    if (file === undefined) return undefined;
    const what = roleText[file.role];
    return {
      text: `the ${what} ${file.name} does not exist`,
      subject: file.name,
      certainty: "proved",
      evidence: [`${locationText(file.named)} names ${file.name}`, file.error!.message],
      breaks: `the program that is told to use it does not start, or goes on without it`,
      fix: [
        {
          does: `put the ${what} there, or correct ${locationText(file.named)}; see what is there`,
          command: `ls -la ${shellWord(folderOf(file.name))}`,
        },
      ],
    };
  },
});

const folderOf = (path: string): string => {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : path.slice(0, slash) || "/";
};

import { defineFileFault } from "../../file-fault.ts";

export const fault = defineFileFault({
  id: "file.dangling-symlink",
  title: "Symbolic link to nothing",
  codes: ["file.dangling-symlink", "file.symlink-loop"],
  says: () => "is a symbolic link that leads nowhere",
  breaks: "the program that is told to use it finds no file",
  fix: (path) => [
    {
      does: "restore what the link points at, or make the link anew; see where it leads",
      command: `namei -l ${path}`,
    },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.no-ca-configured",
    "trust.unknown-ca",
    "client.none-sent",
    "client.rejected",
  ],
  cites: ["symlink(7)", "Kubernetes: volumes of Secrets are links to ..data"],
  explain: `The path is there, but it is a symbolic link whose target is not. certbot and Kubernetes' volumes work with links:
a renewal that was cut off, or a folder mounted without the one its links point into, leaves them dangling.`,
});

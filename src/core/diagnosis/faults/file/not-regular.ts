import { defineFileFault } from "../../file-fault.ts";
import { locationText } from "../../location.ts";

export const fault = defineFileFault({
  id: "file.not-regular",
  title: "Not a regular file",
  codes: ["file.not-regular"],
  says: () => "is a pipe, a socket or a device, not a regular file",
  breaks: "a program that reads it waits for ever, or gets nothing",
  fix: (path, file) => [
    {
      does: `write the data into a regular file and name it in ${locationText(file.named)}; see what it is`,
      command: `stat ${path}`,
    },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.no-ca-configured",
    "trust.unknown-ca",
    "client.none-sent",
    "client.rejected",
  ],
  cites: ["fifo(7)"],
  explain: `The path is a FIFO, a socket or a device. Reading a FIFO blocks until somebody writes into it, and then gives the data
once: the first program gets it and the next one waits. certwright does not open it at all.`,
});

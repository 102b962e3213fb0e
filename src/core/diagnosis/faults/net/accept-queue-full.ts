import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
import { writtenText } from "../../reach.ts";
import { counted } from "../../words.ts";

export const fault = defineFault({
  id: "net.accept-queue-full",
  title: "Server does not accept its connections",
  side: "server",
  severity: "fault",
  stage: "connect",
  explains: ["net.filtered"],
  cites: [
    "listen(2): backlog, /proc/sys/net/core/somaxconn",
    "Linux net/ipv4/tcp_input.c: tcp_conn_request, Possible SYN flooding",
    "accept(2): EMFILE",
  ],
  explain: `The service listens, and its queue of connections that wait to be accepted is full: the system drops further
ones without a word, as a firewall would. The process hangs, is overloaded, stopped in a debugger, or has no file descriptor
left ("accept: too many open files"). It comes and goes with the load.

On the server \`ss -ltn\` shows it: Recv-Q, the connections that wait, is as large as Send-Q, the longest queue allowed.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = ({ endpoint, probes }: Case): Detected | undefined => {
  if (endpoint === undefined || probes === undefined) return undefined;
  const { main, waiting = 0 } = probes;
  if (main.via !== undefined || waiting === 0) return undefined;
  const where = endpointText(endpoint);
  return {
    text: `the server at ${where} listens but does not accept: ${counted(waiting, "connection")} wait in its queue, and ours is not let in`,
    subject: where,
    certainty: "proved",
    evidence: [
      `our connection to ${where} got no answer`,
      `this machine's table of sockets (/proc/net/tcp) has a listener on port ${endpoint.port} with ${counted(waiting, "connection")} not accepted`,
      writtenText(endpoint),
    ],
    breaks: "new clients wait until they give up; those that are connected may go on",
    fix: [
      {
        does: `see what the process is doing (overloaded, stopped, out of file descriptors), restart it, and give it a longer queue if it is merely busy; look at its queue`,
        command: `ss -ltnp 'sport = :${endpoint.port}'`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    says: /Possible SYN flooding on port|listen queue (?:overflow|of a socket overflowed)|accept4?(?:\(\)| tcp)?\b.*too many open files|worker_connections are not enough|accept queue|SYNs to LISTEN sockets dropped/i,
  });
  if (found === undefined) return undefined;
  const port = /on port (?:\S+:)?(\d+)/.exec(found.line.text)?.[1];
  const who = found.line.program === "unknown" ? "the server" : found.line.program;
  return {
    text: `${who}${port === undefined ? "" : ` on port ${port}`} does not accept its connections fast enough, and further ones are dropped`,
    subject: port === undefined ? found.where : `port ${port}`,
    certainty: "likely",
    evidence: found.evidence,
    breaks: "new clients wait until they give up",
    fix: [
      {
        does: "give the process more file descriptors (LimitNOFILE=) or a longer queue (net.core.somaxconn and its own backlog), or spread the load; look at its queue",
        command: port === undefined ? "ss -ltn" : `ss -ltnp 'sport = :${port}'`,
      },
    ],
  };
};

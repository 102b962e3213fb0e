/** `node service.ts SOCKET restart|stop|start MEMBER`: asks the supervising process, as systemctl asks systemd. */
import { connect } from "node:net";

const [socket = "", verb = "", member = ""] = process.argv.slice(2);
const connection = connect(socket);
let answer = "";
connection.setEncoding("utf8");
connection.on("connect", () => connection.write(`${verb} ${member}\n`));
connection.on("data", (chunk: string) => (answer += chunk));
connection.on("error", (error) => {
  process.stderr.write(`nobody supervises the members: ${error.message}\n`);
  process.exitCode = 1;
});
connection.on("end", () => {
  if (answer === "ok\n") return;
  process.stderr.write(answer === "" ? "the supervisor closed without an answer\n" : answer);
  process.exitCode = 1;
});

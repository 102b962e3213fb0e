/** write-slowly CONFIGURATION PATH: replaces "old" there by 900 kB, after a line that says that the connection stands. */
import { systemNodes } from "../../src/adapters/node/system-nodes.ts";
import { replacing } from "./node.ts";

const [configuration, path] = process.argv.slice(2) as [string, string];
const node = await systemNodes.open({
  name: "there",
  addresses: [],
  access: { kind: "ssh", destination: "host-1", configuration, sudo: false },
});
console.log("open");
try {
  await node.write([replacing(path, "old", "n".repeat(900_000))]);
} catch {
  process.exitCode = 1;
}
await node.close();

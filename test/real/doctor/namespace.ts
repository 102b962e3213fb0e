/**
 * Runs inside `unshare`: lays out a network of its own, and becomes a plain start of what it is told.
 * 10.9.0.2 is a machine of which port 2379 is dropped and every other port refuses; 10.8.0.0/16 has no route;
 * 10.7.0.0/16 swallows everything, the name server 10.7.0.53 of its resolv.conf too.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ip = (line: string): void => {
  execFileSync("ip", line.split(" "), { stdio: ["ignore", "ignore", "pipe"] });
};

ip("link set lo up");
ip("addr add 10.9.0.2/32 dev lo");
// Packets to port 2379 leave and come back as those of a stranger, which nobody forwards: they are gone without a word.
ip("rule add pref 10 to 10.9.0.2 ipproto tcp dport 2379 lookup 77");
ip("route add 10.9.0.2/32 dev lo table 77");
ip("rule add pref 100 lookup local");
ip("rule del pref 0");
ip("route add 10.7.0.0/16 dev lo");
ip("route add unreachable 10.8.0.0/16");

const folder = mkdtempSync(join(tmpdir(), "certwright-namespace-"));
const resolvConf = join(folder, "resolv.conf");
writeFileSync(resolvConf, "nameserver 10.7.0.53\n");
execFileSync("mount", ["--bind", resolvConf, "/etc/resolv.conf"]);

const [program, ...args] = process.argv.slice(2);
const child = spawn(program!, args, { stdio: "inherit" });
child.on("exit", (code) => {
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = code ?? 1;
});

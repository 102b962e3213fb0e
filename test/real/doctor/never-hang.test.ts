import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { leaveOut } from "../../left-out.ts";
import { behave } from "../../tls/servers.ts";
import type { Socket } from "node:net";
import { faultOf, runDoctor, type Ended, type Wish } from "./run-doctor.ts";

/**
 * Start and end of two processes on a busy machine of two cores, on top of the deadline that was asked for: 6 s were
 * seen. Who hangs takes for ever.
 */
const overhead = 20_000;

const endsWith = (ended: Ended, fault: string, exit: number, limit: number): void => {
  assert.equal(faultOf(ended), fault, ended.stdout + ended.stderr);
  assert.equal(ended.exit, exit);
  assert.ok(
    ended.milliseconds < limit + overhead,
    `took ${Math.round(ended.milliseconds)} ms, ${limit} allowed beyond start and end`,
  );
};

const withPeer = async (
  behaviour: (socket: Socket) => void,
  body: (address: string) => Promise<void>,
): Promise<void> => {
  const peer = await behave(behaviour);
  try {
    await body(`127.0.0.1:${peer.port}`);
  } finally {
    await peer.stop();
  }
};

/** A network of its own, as an ordinary user may have one; left out where the system forbids it. */
const namespace = ["unshare", "--map-root-user", "--net", "--mount"];
const inNamespace = (t: TestContext): Pick<Wish, "within"> | undefined => {
  try {
    execFileSync(namespace[0]!, [...namespace.slice(1), "ip", "rule", "show"], { stdio: "ignore" });
  } catch {
    leaveOut(t, "unshare and ip cannot make a network namespace here");
    return undefined;
  }
  return { within: [...namespace, process.execPath, join(import.meta.dirname, "namespace.ts")] };
};

describe("doctor never hangs", { concurrency: 2 }, () => {
  test("a dropped port of a machine that is there is named as filtered", async (t) => {
    const wish = inNamespace(t);
    if (wish === undefined) return;
    const ended = await runDoctor(["10.9.0.2:2379", "--timeout", "2s"], wish);
    endsWith(ended, "net.filtered", 1, 2000);
  });

  test("the other ports of that machine tell that it is a rule about this one", async (t) => {
    const wish = inNamespace(t);
    if (wish === undefined) return;
    // Without a deadline that cuts it short there is time to ask port 1 too.
    const ended = await runDoctor(["https://10.9.0.2:2379"], wish);
    endsWith(ended, "net.filtered", 1, 6000);
    assert.match(ended.stdout, /"certainty": "proved"/);
    assert.match(ended.stdout, /port 1 of 10\.9\.0\.2 refused/);
  });

  test("an address without a route is named as unreachable", async (t) => {
    const wish = inNamespace(t);
    if (wish === undefined) return;
    endsWith(await runDoctor(["10.8.0.1:2379"], wish), "net.unreachable", 1, 500);
  });

  test("a name server that never answers does not hold the process", async (t) => {
    const wish = inNamespace(t);
    if (wish === undefined) return;
    const ended = await runDoctor(["https://etcd1.corp.example:2379", "--timeout", "2s"], wish);
    endsWith(ended, "net.dns-timeout", 1, 2000);
    assert.match(ended.stdout, /10\.7\.0\.53/);
  });

  test("ten silent endpoints take no longer than one", async (t) => {
    const wish = inNamespace(t);
    if (wish === undefined) return;
    const list = Array.from({ length: 10 }, (_, i) => `https://10.7.0.${i + 1}:2379`).join(",");
    const ended = await runDoctor(["env:", "--timeout", "2s"], {
      ...wish,
      env: { ETCDCTL_ENDPOINTS: list },
    });
    endsWith(ended, "net.filtered", 1, 2000);
  });

  test("a peer that never says a word is left at the deadline", () =>
    withPeer(
      (socket) => void socket.resume(),
      async (address) => {
        const ended = await runDoctor([address, "--timeout", "1s"]);
        endsWith(ended, "net.silent-after-connect", 1, 1000);
      },
    ));

  test("a peer that stops in the middle of a record is left at the deadline", () =>
    withPeer(
      (socket) => {
        socket.once("data", () => socket.write(Buffer.from("16030300500200", "hex")));
      },
      async (address) => {
        const ended = await runDoctor([address, "--timeout", "1s"]);
        endsWith(ended, "net.stalled-mid-handshake", 1, 1000);
      },
    ));

  test("a peer that says one byte at a time is left at the deadline", () =>
    withPeer(
      (socket) => {
        socket.write(Buffer.from("160303", "hex"));
        const drip = setInterval(() => socket.write(Buffer.from("10", "hex")), 50);
        socket.on("close", () => clearInterval(drip));
      },
      async (address) => {
        const ended = await runDoctor([address, "--timeout", "1s"]);
        assert.ok(ended.milliseconds < 1000 + overhead);
        assert.notEqual(ended.exit, null);
      },
    ));

  test("a peer that floods is cut off", () =>
    withPeer(
      (socket) => {
        const pour = (): void => {
          while (socket.writable && socket.write(Buffer.alloc(65_536, 0x41)));
        };
        socket.on("drain", pour);
        pour();
      },
      async (address) => {
        const ended = await runDoctor([address, "--timeout", "3s"]);
        endsWith(ended, "proto.server-other-protocol", 1, 3000);
      },
    ));

  test("a proxy that never answers is left at the deadline", () =>
    withPeer(
      (socket) => void socket.resume(),
      async (address) => {
        const ended = await runDoctor(["https://etcd1.corp.example:2379", "--timeout", "1s"], {
          env: { HTTPS_PROXY: `http://${address}` },
        });
        endsWith(ended, "net.proxy-unreachable", 1, 1000);
      },
    ));

  test("a FIFO in the place of a certificate is not waited for", async () => {
    const folder = mkdtempSync(join(tmpdir(), "certwright-fifo-"));
    try {
      const fifo = join(folder, "client.crt");
      execFileSync("mkfifo", [fifo]);
      const ended = await runDoctor(["--cert", fifo, "--key", fifo]);
      endsWith(ended, "file.not-regular", 1, 500);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("a log on a standard input that never ends is given up at the deadline", async () => {
    const ended = await runDoctor(["--log", "-", "--timeout", "1s"]);
    assert.ok(ended.milliseconds < 1000 + overhead, `${ended.milliseconds}`);
    assert.notEqual(ended.exit, null);
    assert.notEqual(ended.exit, 0);
  });

  test("too little time for any verdict is said by exit code 4", () =>
    withPeer(
      (socket) => void socket.resume(),
      async (address) => {
        const ended = await runDoctor([address, "--timeout", "100ms"]);
        endsWith(ended, "inconclusive", 4, 100);
        assert.match(ended.stdout, /--timeout/);
      },
    ));

  test("Ctrl-C is answered at once", async () => {
    const { promise: connected, resolve } = Promise.withResolvers<void>();
    await withPeer(
      (socket) => {
        socket.resume();
        resolve();
      },
      async (address) => {
        const ended = await runDoctor([address, "--timeout", "30s"], { interruptWhen: connected });
        assert.equal(ended.exit, 130, ended.stdout + ended.stderr);
        assert.ok((ended.sinceInterrupt ?? Infinity) < 3000, `${ended.sinceInterrupt}`);
      },
    );
  });
});

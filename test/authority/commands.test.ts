import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { withWorkbench } from "./workbench.ts";

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test("root, intermediate, leaf and revocation list are what OpenSSL reads and verifies", async () => {
  await withWorkbench(async ({ done, json, openssl, path, run }) => {
    await done("ca", "create", "root", "--permit-dns", "example.com", "--permit-ip", "10.0.0.0/8");
    await done("ca", "intermediate", "issuing", "--parent", "root");
    const issued = await json(
      ..."issue --issuer issuing --profile tls-server --dns www.example.com --ip 10.1.2.3".split(
        " ",
      ),
    );
    assert.equal(issued.certificate.subject, "CN=www.example.com");
    assert.equal(modeOf(path("www.example.com.key")), 0o600);
    assert.equal(modeOf(path("www.example.com.crt")), 0o644);

    const chain = "-CAfile ca.crt -untrusted www.example.com.crt";
    const strict = "-x509_strict -purpose sslserver -verify_hostname www.example.com";
    await openssl(`verify ${chain} ${strict} www.example.com.crt`);
    const text = await openssl("x509 -noout -text -in www.example.com.crt");
    assert.match(text, /DNS:www\.example\.com, IP Address:10\.1\.2\.3/);
    const crt = await openssl("x509 -noout -pubkey -in www.example.com.crt");
    const key = await openssl("pkey -pubout -in www.example.com.key");
    assert.equal(crt, key);

    const outside = await run(
      "issue --issuer issuing --profile tls-server --dns www.example.org".split(" "),
    );
    assert.equal(outside.code, 1);
    assert.match(outside.stderr, /would pass: .*\(rule name-constraints\)/);

    await done("revoke", "www.example.com.crt", "--reason", "keyCompromise");
    await done("ca", "crl", "issuing", "--out", "issuing.crl");
    await done("ca", "crl", "root", "--out", "root.crl");
    const list = await openssl("crl -noout -text -in issuing.crl");
    assert.match(list, /X509v3 CRL Number: \s+1\b/);
    assert.match(list, /Key Compromise/);
    await assert.rejects(
      openssl(
        `verify -crl_check_all -CRLfile issuing.crl -CRLfile root.crl ${chain} www.example.com.crt`,
      ),
      /certificate revoked/,
    );
    await done("ca", "crl", "issuing", "--out", "issuing.crl", "--yes");
    assert.match(await openssl("crl -noout -crlnumber -in issuing.crl"), /crlNumber=0x0?2\b/);
    const again = await run(["revoke", issued.certificate.serial]);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /is revoked already/);
  });
});

test("a request that OpenSSL made is signed, and one whose signature is spoiled is not", async () => {
  await withWorkbench(async ({ done, openssl, path, run }) => {
    await done("ca", "create", "ca");
    await openssl(
      "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout node.key -subj /CN=node.example.com/O=system:masters -addext subjectAltName=DNS:node.example.com -out node.csr",
    );
    await done("sign", "node.csr", "--profile", "tls-server", "--out", "node.crt");
    await done("ca", "export", "ca", "--out", "ca.crt");
    await openssl("verify -CAfile ca.crt -purpose sslserver node.crt");
    const text = await openssl("x509 -noout -subject -in node.crt");
    assert.doesNotMatch(text, /masters/, "an organization would be a group of Kubernetes");

    await openssl("req -in node.csr -outform DER -out node.der");
    const der = readFileSync(path("node.der"));
    der[der.length - 5]! ^= 1;
    writeFileSync(path("spoiled.der"), der);
    const spoiled = await run(["sign", "spoiled.der", "--profile", "tls-server"]);
    assert.equal(spoiled.code, 1);
    assert.match(spoiled.stderr, /request signature invalid/);
    assert.equal(spoiled.stdout, "");
    const count = JSON.parse(await done("ca", "list", "-c", "-o", "json"));
    assert.equal(count.length, 2);
  });
});

test("an intermediate of an external CA: request out, answer in, then it signs", async () => {
  await withWorkbench(async ({ done, openssl, path, run }) => {
    await openssl(
      "req -x509 -newkey rsa:2048 -nodes -keyout corp.key -out corp.crt -subj /CN=Corporate-Root -days 3650 -addext keyUsage=critical,keyCertSign,cRLSign",
    );
    await done("ca", "intermediate", "issuing", "--csr", "issuing.csr", "--key-type", "p384");
    const early = await run(["issue", "--profile", "tls-client", "--cn", "alice"]);
    assert.match(early.stderr, /issuing waits for its certificate from an external CA/);

    writeFileSync(
      path("ext"),
      "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n",
    );
    await openssl(
      "x509 -req -in issuing.csr -CA corp.crt -CAkey corp.key -days 365 -extfile ext -out issuing.crt",
    );
    const wrong = await run(["ca", "intermediate", "issuing", "--import", "corp.crt"]);
    assert.match(wrong.stderr, /none of these certificates is for the key of issuing/);
    writeFileSync(path("answer.pem"), readFileSync(path("corp.crt")));
    writeFileSync(path("answer.pem"), readFileSync(path("issuing.crt")), { flag: "a" });
    await done("ca", "intermediate", "issuing", "--import", "answer.pem");
    await done("issue", "--profile", "tls-client", "--cn", "alice");
    const purpose = "-CAfile corp.crt -untrusted alice.crt -purpose sslclient";
    await openssl(`verify ${purpose} alice.crt`);
    const crl = await run(["ca", "crl", "issuing"]);
    assert.match(crl.stderr, /does not allow signing revocation lists \(no cRLSign\)/);
  });
});

test("no command gives out a private key without the flag or the file that asks for it", async () => {
  await withWorkbench(async ({ done, folder, openssl, path, pki, run }) => {
    await done("ca", "create", "ca");
    const outputs = [
      await done("issue", "--profile", "tls-client", "--cn", "alice", "-o", "json"),
      await done("ca", "export", "ca"),
      await done("ca", "export", "ca", "--chain"),
      await done("ca", "show", "ca", "-o", "json"),
      await done("ca", "show", "ca", "-o", "pem"),
      await done("ca", "list", "-c", "-o", "yaml"),
      await done("ca", "log", "-o", "json"),
    ];
    for (const output of outputs) assert.doesNotMatch(output, /PRIVATE/);
    const bare = await run(["ca", "export", "ca", "--private-key"]);
    assert.equal(bare.code, 2);
    assert.equal(bare.stdout, "");
    await done("ca", "export", "ca", "--private-key", "--out", "ca.key");
    assert.equal(modeOf(path("ca.key")), 0o600);
    assert.equal(
      await openssl("pkey -pubout -in ca.key"),
      await openssl("x509 -noout -pubkey -in ca.crt"),
    );
    assert.match(await done("ca", "log", "--limit", "1"), /private-key-exported/);
    // Nor does the PKI's directory hold one in the clear, the CA's or the leaf's.
    const secrets = ["alice.key", "ca.key"].map((name) =>
      Buffer.from(
        readFileSync(path(name), "utf8").split("\n").slice(1, -2).join(""),
        "base64",
      ).subarray(36, 68),
    );
    for (const name of readdirSync(pki, { recursive: true, encoding: "utf8" })) {
      const file = join(pki, name);
      if (!statSync(file).isFile()) continue;
      assert.equal(modeOf(file), 0o600, name);
      for (const secret of secrets) assert.equal(readFileSync(file).includes(secret), false, name);
    }
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith(".tmp")),
      [],
    );
  });
});

test("files that are there are shown and kept, and nothing is issued before the operator agrees", async () => {
  await withWorkbench(async ({ done, path, run }) => {
    await done("ca", "create", "ca");
    const args = ["issue", "--profile", "tls-client", "--cn", "alice"];
    await done(...args);
    const before = readFileSync(path("alice.key"), "utf8");
    const refused = await run(args);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /would replace alice\.crt \(\d+ bytes\), a backup is kept/);
    assert.equal(readFileSync(path("alice.key"), "utf8"), before);
    const listed = async (): Promise<number> =>
      JSON.parse(await done("ca", "list", "--subject", "alice", "-o", "json")).length;
    assert.equal(await listed(), 1);
    const replaced = JSON.parse(await done(...args, "--yes", "-o", "json"));
    const { backup } = replaced.changes.find(
      (change: { path: string }) => change.path === "alice.key",
    );
    assert.equal(readFileSync(backup, "utf8"), before);
    assert.equal(modeOf(backup), 0o600);
    assert.equal(await listed(), 2);
  });
});

test("--explain and --dry-run say what would be, need no passphrase and issue nothing", async () => {
  await withWorkbench(async ({ done, env, path, run }) => {
    await done("ca", "create", "ca");
    writeFileSync(
      path("role.json"),
      JSON.stringify({ allowed_domains: ["example.com"], allow_subdomains: true, key_type: "ec" }),
    );
    const { CERTWRIGHT_PASSPHRASE_FILE: _, ...bare } = env;
    const ask = (...args: string[]) =>
      run(["issue", "--role", "role.json", ...args], { env: bare });
    const passing = await ask("--cn", "a.example.com", "--dry-run", "-o", "json");
    assert.equal(passing.code, 0, passing.stderr);
    assert.equal(JSON.parse(passing.stdout).would.subject, "CN=a.example.com");
    const refused = await ask("--cn", "a.example.org", "--explain");
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /^REFUSE +common-name /m);
    assert.match(
      refused.stdout,
      /common name a\.example\.org not allowed by this role\nwould pass: /,
    );
    const issuing = await ask("--cn", "a.example.com");
    assert.equal(issuing.code, 2);
    assert.match(issuing.stderr, /no terminal to ask on/);
    assert.equal(existsSync(path("a.example.com.crt")), false);
    assert.equal(JSON.parse(await done("ca", "list", "-c", "-o", "json")).length, 1);
  });
});

test("a generation has a key and a name of its own, and signs only once it is issuing", async () => {
  await withWorkbench(async ({ done, json, openssl, run }) => {
    await done("ca", "create", "root");
    await done("ca", "intermediate", "mesh", "--parent", "root", "--trust-domain", "example.org");
    const two = await json("ca", "generation", "mesh");
    const [first, second] = two.generations;
    assert.equal(two.current, 1);
    assert.deepEqual([first.stage, second.stage], ["issuing", "staged"]);
    assert.notEqual(first.keyId, second.keyId);
    assert.equal(second.certificate.subject, "CN=mesh g2");
    assert.deepEqual(second.certificate.names, first.certificate.names);
    const alone = await run("ca generation mesh --number 1 --stage retired".split(" "));
    assert.match(alone.stderr, /generation 1 is the only one of mesh that issues/);
    const issue = "issue --issuer mesh --profile tls-client --cn alice --yes".split(" ");
    assert.equal((await json(...issue)).certificate.issuer, "CN=mesh");
    const moved = await json(..."ca generation mesh --number 2 --stage issuing".split(" "));
    assert.deepEqual(
      moved.generations.map(({ stage }: { stage: string }) => stage),
      ["retiring", "issuing"],
    );
    assert.equal((await json(...issue)).certificate.issuer, "CN=mesh g2");
    await openssl("verify -CAfile ca.crt -untrusted alice.crt alice.crt");
    assert.equal(
      (await json("ca", "generation", "root")).generations[1].certificate.subject,
      "CN=root g2",
    );
  });
});

test("what is not there is named, with the nearest that is", async () => {
  await withWorkbench(async ({ done, pki, run }) => {
    const nothing = await run(["ca", "list"]);
    assert.equal(nothing.code, 1);
    assert.match(nothing.stderr, /certwright-pki: there is no PKI here/);
    assert.equal(existsSync(pki), false, "looking does not create");
    await done("ca", "create", "etcd-ca");
    const issuer = await run([
      "issue",
      "--issuer",
      "etc-ca",
      "--profile",
      "tls-client",
      "--cn",
      "a",
    ]);
    assert.match(issuer.stderr, /no issuer named etc-ca.*\n.*did you mean "etcd-ca"\?/);
    const profile = await run(["issue", "--profile", "etcd-serve", "--cn", "a"]);
    assert.match(profile.stderr, /did you mean "etcd-server"\?/);
    const authority = await run(["issue", "--profile", "kubernetes-ca", "--cn", "a"]);
    assert.match(authority.stderr, /profile kubernetes-ca is for certification authorities/);
    const twice = await run(["ca", "create", "etcd-ca"]);
    assert.match(twice.stderr, /there is an issuer named etcd-ca already/);
    const serial = await run(["revoke", "00:11:22"]);
    assert.match(serial.stderr, /there is no certificate with serial 1122/);
    const root = await run([
      "revoke",
      JSON.parse(await done("ca", "list", "-c", "-o", "json"))[0].serial,
    ]);
    assert.match(root.stderr, /etcd-ca cannot revoke itself/);
  });
});

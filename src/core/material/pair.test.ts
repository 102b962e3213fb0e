import assert from "node:assert/strict";
import { test } from "node:test";
import type { Certificate, KeyId } from "../model/certificate.ts";
import type { FoundCertificate, FoundPrivateKey, Place } from "./material.ts";
import { keyPathsBeside, pairingOf } from "./pair.ts";

const at = (source: string, within?: string): Place =>
  within === undefined ? { source, offset: 0 } : { source, within, offset: 0 };
const certificate = (place: Place, id: string): FoundCertificate => ({
  place,
  certificate: { publicKey: { id: id as KeyId } } as Certificate,
});
const key = (place: Place, id: string | undefined): FoundPrivateKey => ({
  place,
  id: id as KeyId | undefined,
  encrypted: id === undefined,
  mode: 0o600,
});

test("keys are looked for where kubeadm, cfssl and certbot put them", () => {
  assert.ok(keyPathsBeside("pki/apiserver.crt").includes("pki/apiserver.key"));
  assert.ok(keyPathsBeside("etcd.pem").includes("etcd-key.pem"));
  assert.ok(keyPathsBeside("live/fullchain.pem").includes("live/privkey.pem"));
  assert.ok(!keyPathsBeside("ca.key").includes("ca.key"));
});

test("the key with the certificate's public key is its own, wherever it lies; the nearer one is told", () => {
  const leaf = certificate(at("a.crt"), "1");
  assert.equal(pairingOf(leaf, true, [key(at("else.key"), "1")])?.belongs, "yes");
  const both = [key(at("copy.key"), "1"), key(at("a.key"), "1")];
  assert.equal(pairingOf(leaf, true, both)?.key.place.source, "a.key");
});

test("another key where its key should be is a wrong one, and an encrypted one is not known", () => {
  const leaf = certificate(at("a.crt"), "1");
  assert.equal(pairingOf(leaf, true, [key(at("a.key"), "2")])?.belongs, "no");
  assert.equal(pairingOf(leaf, true, [key(at("a.key"), undefined)])?.belongs, "unknown");
  assert.equal(pairingOf(leaf, true, [key(at("b.key"), "2")]), undefined);
});

test("only the first certificate of a file has a key beside it: the others are its chain", () => {
  const issuer = certificate(at("a.crt"), "9");
  assert.equal(pairingOf(issuer, false, [key(at("a.key"), "1")]), undefined);
});

test("in a kubeconfig the key of the same user counts, and no other", () => {
  const leaf = certificate(at("admin.conf", "users[0].user.client-certificate-data"), "1");
  const own = key(at("admin.conf", "users[0].user.client-key-data"), "2");
  const other = key(at("admin.conf", "users[1].user.client-key-data"), "3");
  assert.equal(pairingOf(leaf, true, [other, own])?.key, own);
  assert.equal(pairingOf(leaf, true, [other]), undefined);
});

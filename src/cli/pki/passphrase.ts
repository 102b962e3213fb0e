import { fstatSync } from "node:fs";

import { fileSystem } from "../../adapters/files/file-system.ts";
import { readFileBounded } from "../../adapters/files/read.ts";
import type { PassphraseSource } from "../../adapters/keystore/file.ts";
import { CertwrightError, failure } from "../../core/errors/certwright-error.ts";
import type { Terminal } from "../terminal.ts";

/**
 * Where a passphrase may come from. Never from the command line or an environment variable: both can be read in
 * /proc by others of the same user, and both end up in logs. The environment may name the file.
 */
export interface PassphraseOptions {
  readonly passphraseFile?: string | undefined;
  readonly passphraseFd?: number | undefined;
  /** Asked for already. The bytes are the caller's, who overwrites them. */
  readonly passphrase?: (() => Promise<Uint8Array>) | undefined;
}

/** NIST SP 800-63B section 5.1.1.1: at least 8 characters; scrypt makes each guess cost 0.3 s and 128 MiB. */
const LEAST_LENGTH = 8;
/** A line; more is the wrong file. */
const MOST_BYTES = 4096;
/** A password manager that asks for a fingerprint may sit between. */
const DESCRIPTOR_SECONDS = 60;

export const passphraseSource = (
  terminal: Terminal,
  options: PassphraseOptions,
): PassphraseSource => ({
  current: async (path) => (await given(terminal, options)) ?? (await ask(terminal, path)),
  chosen: async (path) => {
    const passphrase = (await given(terminal, options)) ?? (await askTwice(terminal, path));
    if (passphrase.length < LEAST_LENGTH) {
      throw failure("keystore.passphrase-short", {
        length: passphrase.length,
        least: LEAST_LENGTH,
      });
    }
    return passphrase;
  },
});

/** For a change: what opens the keys now, and what shall from now on. */
export const changingPassphrase = (
  terminal: Terminal,
  now: PassphraseOptions,
  next: PassphraseOptions,
): PassphraseSource => ({
  current: passphraseSource(terminal, now).current,
  chosen: passphraseSource(terminal, next).chosen,
});

const given = async (
  terminal: Terminal,
  { passphraseFile, passphraseFd, passphrase }: PassphraseOptions,
): Promise<Uint8Array | undefined> => {
  if (passphrase !== undefined) return passphrase();
  if (passphraseFd !== undefined) {
    return firstLine(await readDescriptor(passphraseFd), `descriptor ${passphraseFd}`);
  }
  if (passphraseFile === undefined) return undefined;
  const { bytes, facts } = readFileBounded(passphraseFile, { limit: MOST_BYTES, fs: fileSystem });
  if ((facts.mode & 0o007) !== 0) {
    terminal.say(
      `${terminal.emphasize("yellow", "warning:")} every user can read ${passphraseFile}: chmod 600 ${passphraseFile}`,
    );
  }
  return firstLine(bytes, passphraseFile);
};

/** Bytes as they are up to the first line's end: what an editor or echo adds does not count. */
const firstLine = (bytes: Uint8Array, path: string): Uint8Array => {
  let end = bytes.indexOf(0x0a);
  if (end < 0) end = bytes.length;
  if (end > 0 && bytes[end - 1] === 0x0d) end -= 1;
  if (end === 0) throw failure("file.empty", { path });
  return bytes.slice(0, end);
};

const readDescriptor = async (descriptor: number): Promise<Uint8Array> => {
  try {
    // A regular file cannot keep us waiting; anything else can.
    if (fstatSync(descriptor).isFile()) {
      const bytes = new Uint8Array(MOST_BYTES);
      return bytes.subarray(0, fileSystem.read(descriptor, bytes, 0));
    }
    return await readStream(descriptor);
  } catch (error) {
    if (error instanceof CertwrightError) throw error;
    // A descriptor that nobody opened may be one of Node's own, which is no stream (ERR_INVALID_FD_TYPE).
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw failure("keystore.bad-descriptor", { descriptor, code }, error);
  }
};

const readStream = async (descriptor: number): Promise<Uint8Array> => {
  const { Socket } = await import("node:net");
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const stream = new Socket({ fd: descriptor, readable: true, writable: false });
  const timer = setTimeout(() => {
    reject(failure("keystore.passphrase-deadline", { descriptor, seconds: DESCRIPTOR_SECONDS }));
  }, DESCRIPTOR_SECONDS * 1000);
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on("data", (chunk) => {
    chunks.push(chunk);
    length += chunk.length;
    if (chunk.includes(0x0a) || length > MOST_BYTES) resolve(Buffer.concat(chunks));
  });
  stream.on("end", () => resolve(Buffer.concat(chunks)));
  stream.on("error", reject);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    stream.destroy();
  }
};

const askTwice = async (terminal: Terminal, path: string): Promise<Uint8Array> => {
  const first = await ask(terminal, path, "Choose a passphrase for the CA keys");
  const second = await ask(terminal, path, "The same again");
  if (Buffer.compare(first, second) !== 0) throw failure("keystore.passphrase-differs", {});
  return first;
};

const ask = async (
  terminal: Terminal,
  path: string,
  message = "Passphrase of the CA keys",
): Promise<Uint8Array> => {
  if (!terminal.stdin.isTTY || !process.stderr.isTTY) {
    throw failure("keystore.no-passphrase", { path });
  }
  const { password } = await import("@clack/prompts");
  const answer = await password({
    message,
    output: process.stderr,
    signal: terminal.interrupted,
  });
  if (typeof answer !== "string") throw failure("keystore.prompt-cancelled", {});
  return new TextEncoder().encode(answer);
};

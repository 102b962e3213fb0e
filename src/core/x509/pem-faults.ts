/** One thing about a file's bytes that somebody's program will stumble over. */
export interface PemFault {
  /** Stable word; the same one in every output. */
  readonly id: PemFaultId;
  /** Bytes from the start of what was read. */
  readonly offset: number;
  /** Counted from 1. */
  readonly line: number;
  /** What stands there, at most 40 characters; never from inside a private key. */
  readonly evidence: string;
  /** What is so. */
  readonly message: string;
  /** What to do, as a command where there is one; FILE stands for the file's path. */
  readonly cure: string;
  /** Go, OpenSSL, Java and rustls read it all the same. */
  readonly harmless: boolean;
}

interface FaultText {
  readonly message: string;
  readonly cure: string;
  readonly harmless?: true;
}

const reexport =
  "ask whoever made the file for it again; copy it as a file, not through a terminal";

/** Every deformity, in the words that a user reads; `{}` in a message takes a detail. */
export const pemFaultTexts = {
  "file.empty": {
    message: "there is nothing in it",
    cure: "an interrupted copy leaves this: copy the file again",
  },
  "file.bom": {
    message:
      "a byte order mark stands before the first line; Go, Java and rustls then find no block",
    cure: "sed -i 's/\\xef\\xbb\\xbf//g' FILE",
  },
  "file.utf16": {
    message: "it is UTF-16, as Windows editors and PowerShell redirections write it",
    cure: "iconv -f UTF-16 -t US-ASCII FILE > FILE.new",
  },
  "file.cr-line-ends": {
    message: "its lines end in CR alone",
    cure: "tr '\\r' '\\n' < FILE > FILE.new",
  },
  "file.crlf": {
    message: "its lines end in CR LF",
    cure: "nothing to do; sed -i 's/\\r$//' FILE makes them LF",
    harmless: true,
  },
  "file.text-around": {
    message: "there is text outside of the blocks",
    cure: "nothing to do",
    harmless: true,
  },
  "file.joined-blocks": {
    message:
      "an END line and the next BEGIN line are one line: a file without a line break at its end was joined with another",
    cure: "sed -i 's/-----END \\([A-Z0-9 ]*\\)----------BEGIN/-----END \\1-----\\n-----BEGIN/g' FILE",
  },
  "file.one-line": {
    message:
      "base64 stands on the line of {}: the line breaks were lost, and Go and OpenSSL find no block",
    cure: "sed -i -E 's/(-----BEGIN [A-Z0-9 ]+-----) */\\1\\n/g; s/ *(-----END [A-Z0-9 ]+-----)/\\n\\1\\n/g' FILE",
  },
  "file.indented": {
    message: "the {} line is indented; Go and OpenSSL pass over it",
    cure: "sed -i 's/^[[:space:]]*//' FILE",
  },
  "file.escaped-newlines": {
    message: "line breaks are written as \\n, as in JSON or an environment variable",
    cure: "take the value with jq -r, or turn them back: sed -i 's/\\\\n/\\n/g' FILE",
  },
  "file.bad-boundary": {
    message: "this boundary line is not five hyphens, BEGIN or END, a label and five hyphens: {}",
    cure: "write it as -----BEGIN CERTIFICATE----- (or END, with the right label)",
  },
  "file.truncated": { message: "{}", cure: reexport },
  "file.label-mismatch": {
    message: "{}",
    cure: "write the label that fits the content in both lines",
  },
  "file.bad-base64": { message: "{}", cure: reexport },
  "file.bad-der": { message: "{}", cure: reexport },
  "file.double-base64": {
    message: "it is base64 of PEM: a Secret's data that was decoded once too few times",
    cure: "base64 -d FILE > FILE.new",
  },
  "file.unarmored": {
    message: "it is base64 of a {} without BEGIN and END lines",
    cure: "put a line -----BEGIN CERTIFICATE----- before and -----END CERTIFICATE----- behind it, with the label that fits",
  },
  "file.der": {
    message: "it is DER ({}), where nearly every server wants PEM",
    cure: "openssl x509 -inform der -in FILE -out FILE.pem",
  },
  "file.pkcs12": {
    message:
      "it is a PKCS#12 store (.p12, .pfx), which holds key and certificates under a passphrase",
    cure: "openssl pkcs12 -in FILE -nodes -out FILE.pem",
  },
  "file.pkcs7": {
    message: "it is PKCS#7 (.p7b), which servers do not read",
    cure: "openssl pkcs7 -print_certs -in FILE -out FILE.pem",
  },
  "file.jks": {
    message: "it is a Java key store",
    cure: "keytool -importkeystore -srckeystore FILE -destkeystore FILE.p12 -deststoretype PKCS12",
  },
  "file.trusted-cert": {
    message: "the block is OpenSSL's own TRUSTED CERTIFICATE, which only OpenSSL reads",
    cure: "openssl x509 -in FILE -out FILE.new",
  },
  "file.old-label": {
    message: "the label {} is an old one, which Go does not read",
    cure: "write the label as in RFC 7468: CERTIFICATE, CERTIFICATE REQUEST",
  },
  "file.openssh-key": {
    message: "it is an OpenSSH key, which no TLS program reads",
    cure: "ssh-keygen -p -m PKCS8 -f FILE turns a private one into PKCS#8, in place",
  },
  "file.encrypted-key": {
    message:
      "the private key is encrypted; etcd, Kubernetes and Envoy read only keys without passphrase",
    cure: "openssl pkey -in FILE -out FILE.new",
  },
  "file.pem-order": {
    message:
      "the private key stands before the certificate; some programs read the first block only",
    cure: "put the certificate first, its issuers next, the key last",
    harmless: true,
  },
  "file.csr": {
    message: "it is a signing request, not a certificate",
    cure: "have it signed: certwright sign FILE",
  },
  "file.public-key": {
    message: "it is a public key, not a {}",
    cure: "the private key is another file, often *.key or *-key.pem",
  },
  "file.swapped": {
    message: "it is a {}: key and certificate were taken for each other",
    cure: "exchange the two paths",
  },
  "file.not-pem": {
    message: "no certificate, key, request or list can be made out in it",
    cure: "look at what it is: file FILE; head -c 200 FILE",
  },
} as const satisfies Readonly<Record<string, FaultText>>;

export type PemFaultId = keyof typeof pemFaultTexts;

/** Faults of one file: the hundredth of a kind tells nothing new. */
const maxFaults = 100;

/** Collects faults and knows the line of each; offsets may come in any order, mostly growing. */
export class PemFaults {
  readonly list: PemFault[] = [];
  private readonly bytes: Uint8Array;
  private readonly scale: number;
  private readonly shift: number;
  private countedTo = 0;
  private line = 1;

  /** `scale` and `shift` turn an offset in `bytes` into one of the file: UTF-16 was halved, a mark was cut off. */
  constructor(bytes: Uint8Array, scale = 1, shift = 0) {
    this.bytes = bytes;
    this.scale = scale;
    this.shift = shift;
  }

  /** Line of an offset, counted from the last one asked for, forwards or backwards: neighbours are near each other. */
  lineOf(offset: number): number {
    for (; this.countedTo < offset; this.countedTo++) this.line += this.breakAt(this.countedTo);
    for (; this.countedTo > offset; this.countedTo--) this.line -= this.breakAt(this.countedTo - 1);
    return this.line;
  }

  /** 1 for an octet that ends a line: LF, or CR that no LF follows. */
  private breakAt(at: number): number {
    const c = this.bytes[at];
    return c === 0x0a || (c === 0x0d && this.bytes[at + 1] !== 0x0a) ? 1 : 0;
  }

  offsetOf(offset: number): number {
    return offset * this.scale + this.shift;
  }

  /** `cure` replaces the usual one, where what helps depends on what was found. */
  add(id: PemFaultId, offset: number, evidence: string, detail = "", cure?: string): void {
    if (this.list.length >= maxFaults) return;
    const text: FaultText = pemFaultTexts[id];
    this.list.push({
      id,
      offset: this.offsetOf(offset),
      line: this.lineOf(offset),
      evidence: evidence.slice(0, 40),
      message: text.message.replace("{}", detail),
      cure: cure ?? text.cure,
      harmless: text.harmless === true,
    });
  }

  has(id: PemFaultId): boolean {
    return this.list.some((fault) => fault.id === id);
  }

  /**
   * What stands at an offset, up to `stop` or the line's end, as far as it can be shown: 40 characters, nothing that
   * moves a terminal's cursor, and no base64, which may be of a key.
   */
  evidenceAt(offset: number, stop: number = this.bytes.length): string {
    let text = "";
    const end = Math.min(stop, this.bytes.length);
    for (let i = offset; i < end && text.length < 40; i++) {
      const c = this.bytes[i]!;
      if (c === 0x0a || c === 0x0d) break;
      text +=
        c >= 0x20 && c < 0x7f ? String.fromCharCode(c) : `\\x${c.toString(16).padStart(2, "0")}`;
    }
    return /[A-Za-z0-9+/=]{20}/.test(text) ? "(base64, not shown)" : text.slice(0, 40);
  }
}

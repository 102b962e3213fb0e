import { viewOf } from "../bytes/compare.ts";
import { latin1Of } from "../bytes/utf8.ts";
import { maxChainLength } from "./budgets.ts";
import {
  certificateTypeName,
  cipherSuiteName,
  groupName,
  signatureSchemeName,
  tls13,
  versionName,
} from "./names.ts";
import { Octets } from "./octets.ts";

export interface ServerHello {
  /** Code point: 0x0303 is TLS 1.2, 0x0304 TLS 1.3. */
  readonly version: number;
  readonly versionName: string;
  readonly cipherCode: number;
  /** IANA name, "TLS_AES_128_GCM_SHA256". */
  readonly cipher: string;
  /** Key-share group of TLS 1.3, "x25519"; in a HelloRetryRequest the one the server wants. */
  readonly group?: string;
  /** Protocol the server chose; in TLS 1.3 it stands in EncryptedExtensions instead. */
  readonly alpn?: string;
  /** The hello is a HelloRetryRequest: the server wants a new ClientHello. */
  readonly retry: boolean;
  /** Numbers of the extensions, in the server's order. */
  readonly extensions: readonly number[];
}

export interface CertificateMessage {
  /** DER as sent and in the order sent; empty when the server sent an empty list. */
  readonly chain: readonly Uint8Array[];
  /** DER of the OCSP response stapled to the leaf (TLS 1.3 puts it here, RFC 8446 section 4.4.2.1). */
  readonly staple?: Uint8Array;
}

/** What the server said it would accept from a client. */
export interface CertificateRequest {
  /** ClientCertificateType names; TLS 1.2 only. */
  readonly types: readonly string[];
  /** "ecdsa_secp256r1_sha256", …; empty in TLS 1.1 and older. */
  readonly signatureSchemes: readonly string[];
  /** DER of the distinguished names of acceptable CAs; empty: any (RFC 5246 section 7.4.4, RFC 8446 section 4.2.4). */
  readonly authorities: readonly Uint8Array[];
}

// Extension numbers, RFC 8446 section 4.2.
const statusRequest = 5;
const signatureAlgorithms = 13;
const applicationLayerProtocol = 16;
const supportedVersions = 43;
const certificateAuthorities = 47;
const keyShare = 51;

/** SHA-256 of "HelloRetryRequest": the random of a ServerHello that is one (RFC 8446 section 4.1.3). */
const retryRandom = [
  0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
  0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/** Calls `read` for each extension of a block; nothing when the block is absent, which TLS 1.2 allows. */
const readExtensions = (message: Octets, read: (type: number, body: Octets) => void): void => {
  const block = message.vector(2, "the extensions");
  while (block.more) {
    const type = block.number(2, "an extension's type");
    const body = block.vector(2, `extension ${type}`);
    if (body.fault === undefined) read(type, body);
  }
};

const readProtocol = (body: Octets): string => {
  const name = body.vector(2, "the ALPN list").vector(1, "the ALPN protocol");
  return latin1Of(name.bytes, name.at, name.end);
};

export const readServerHello = (body: Octets): ServerHello => {
  let version = body.number(2, "the version");
  const random = body.take(32, "the random");
  body.vector(1, "the session id");
  const cipherCode = body.number(2, "the cipher suite");
  body.number(1, "the compression method");
  const retry = random.length === 32 && retryRandom.every((octet, i) => random[i] === octet);
  const extensions: number[] = [];
  let group: string | undefined;
  let alpn: string | undefined;
  if (body.more) {
    readExtensions(body, (type, inside) => {
      extensions.push(type);
      if (type === supportedVersions) version = inside.number(2, "supported_versions");
      else if (type === keyShare) group = groupName(inside.number(2, "the key share's group"));
      else if (type === applicationLayerProtocol) alpn = readProtocol(inside);
    });
  }
  body.finish("ServerHello");
  return {
    version,
    versionName: versionName(version),
    cipherCode,
    cipher: cipherSuiteName(cipherCode),
    ...(group === undefined ? {} : { group }),
    ...(alpn === undefined ? {} : { alpn }),
    retry,
    extensions,
  };
};

/** The protocol a TLS 1.3 server chose (RFC 8446 section 4.3.1). */
export const readEncryptedExtensions = (body: Octets): { readonly alpn?: string } => {
  let alpn: string | undefined;
  readExtensions(body, (type, inside) => {
    if (type === applicationLayerProtocol) alpn = readProtocol(inside);
  });
  body.finish("EncryptedExtensions");
  return alpn === undefined ? {} : { alpn };
};

/** CertificateStatus (RFC 6066 section 8): type 1 is OCSP, its response stands in a 3-octet vector. */
export const readCertificateStatus = (body: Octets): Uint8Array | undefined => {
  const type = body.number(1, "the status type");
  const response = body.vector(3, "the OCSP response");
  body.finish("CertificateStatus");
  return type === 1 && body.fault === undefined ? response.take(response.left, "it") : undefined;
};

/** RFC 5246 section 7.4.2; with `version` 0x0304 the form of RFC 8446 section 4.4.2. */
export const readCertificate = (body: Octets, version: number): CertificateMessage => {
  const modern = version >= tls13;
  if (modern) body.vector(1, "the request context");
  const list = body.vector(3, "the certificate list");
  const chain: Uint8Array[] = [];
  let staple: Uint8Array | undefined;
  while (list.more) {
    if (chain.length === maxChainLength) {
      list.fail(`more than ${maxChainLength} certificates`);
      break;
    }
    const certificate = list.vector(3, `certificate ${chain.length}`);
    chain.push(certificate.take(certificate.left, "it"));
    if (!modern) continue;
    readExtensions(list, (type, inside) => {
      if (type === statusRequest && chain.length === 1) staple = readCertificateStatus(inside);
    });
  }
  body.finish("Certificate");
  return staple === undefined ? { chain } : { chain, staple };
};

const readAuthorities = (body: Octets): Uint8Array[] => {
  const list = body.vector(2, "the acceptable authorities");
  const authorities: Uint8Array[] = [];
  while (list.more) {
    const name = list.vector(2, `authority ${authorities.length}`);
    authorities.push(name.take(name.left, "it"));
  }
  return authorities;
};

const readSignatureSchemes = (body: Octets): string[] => {
  const list = body.vector(2, "the signature algorithms");
  const schemes: string[] = [];
  while (list.more) schemes.push(signatureSchemeName(list.number(2, "a signature algorithm")));
  return schemes;
};

/** RFC 8446 section 4.3.2; RFC 5246 section 7.4.4; TLS 1.1 and older have no signature algorithms (RFC 4346 section 7.4.4). */
export const readCertificateRequest = (body: Octets, version: number): CertificateRequest => {
  const types: string[] = [];
  let signatureSchemes: string[] = [];
  let authorities: Uint8Array[] = [];
  if (version >= tls13) {
    body.vector(1, "the request context");
    readExtensions(body, (type, inside) => {
      if (type === signatureAlgorithms) signatureSchemes = readSignatureSchemes(inside);
      else if (type === certificateAuthorities) authorities = readAuthorities(inside);
    });
  } else {
    const list = body.vector(1, "the certificate types");
    while (list.more) types.push(certificateTypeName(list.number(1, "a certificate type")));
    if (version >= 0x0303) signatureSchemes = readSignatureSchemes(body);
    authorities = readAuthorities(body);
  }
  body.finish("CertificateRequest");
  return { types, signatureSchemes, authorities };
};

/** Curve of an ephemeral ECDH exchange in TLS 1.2 (RFC 8422 section 5.4: type 3 is a named curve). */
export const readKeyExchangeGroup = (body: Octets): string | undefined =>
  body.number(1, "the curve type") === 3 ? groupName(body.number(2, "the curve")) : undefined;

/** The inside of a handshake message as a reader; `start` counts from the message's header. */
export const bodyOf = (message: Uint8Array): Octets =>
  new Octets(viewOf(message, 0, message.length), 4);

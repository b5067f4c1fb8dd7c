/**
 * HTTP by Node's own client. Its agents know a proxy (an absolute request for http, a tunnel for https) and certificates of
 * a site's own; what they lack, bounds of time and size, is here.
 */
import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http"
import { Agent as TlsAgent, request as httpsRequest } from "node:https"
import { getCACertificates } from "node:tls"
import { promisify } from "node:util"
import { gunzip } from "node:zlib"
import { concatBytes } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Http, HttpAnswer, HttpRequest } from "./http.ts"

/** How a client asks. */
export interface NodeHttpOptions {
  readonly userAgent?: string
  /** Certificates (PEM) that are trusted beside the ones Node brings. */
  readonly ca?: readonly string[]
  /** `http://` or `https://` address of a proxy, for every request. */
  readonly proxy?: string
  /** From the request until the head of the answer, connecting included. */
  readonly headMs?: number
  /** Between two pieces of a body. */
  readonly idleMs?: number
  /** The whole body. */
  readonly bodyMs?: number
}

/** A client that holds connections open until it is closed. */
export interface NodeHttp extends Http {
  close(): void
}

const DEFAULTS = { userAgent: "stella-attestor", headMs: 30_000, idleMs: 30_000, bodyMs: 300_000 }
/** Names and values of an answer's head. */
const HEAD_BYTES = 16 * 1024
/** A body that nobody reads is let run out up to here, so that its connection can be used again. */
const IGNORED_BODY_BYTES = 64 * 1024

type Ending = Exclude<HttpAnswer, { kind: "answered" }>

/** Ends a request for a reason of ours. */
class Ended extends Error {
  readonly ending: Ending
  constructor(ending: Ending) {
    super(ending.what)
    this.ending = ending
  }
}

const inflate = promisify(gunzip)

/** Bytes of a body on the wire: gzip makes what cannot be compressed a little longer. */
function wireBytes(maxBytes: number): number {
  return maxBytes + Math.ceil(maxBytes / 1000) + 1024
}

/** Collects a body that must come within its bounds. */
async function readBody(
  response: IncomingMessage,
  maxBytes: number,
  idleMs: number,
  bodyMs: number,
): Promise<Uint8Array> {
  const end = (what: string): void => void response.destroy(new Ended({ kind: "broken", what }))
  const whole = setTimeout(end, bodyMs, "the body took too long")
  const idle = setTimeout(end, idleMs, "the body stopped coming")
  const parts: Uint8Array[] = []
  let total = 0
  try {
    for await (const part of response as AsyncIterable<Uint8Array>) {
      idle.refresh()
      total += part.length
      if (total > maxBytes) throw new Ended({ kind: "refused", what: "the answer is longer than a log's file can be" })
      parts.push(part)
    }
  } finally {
    clearTimeout(whole)
    clearTimeout(idle)
  }
  return concatBytes(...parts)
}

/** Lets a body run out that nobody reads; a long or slow one is cut off with its connection. */
function ignoreBody(response: IncomingMessage, idleMs: number): void {
  let left = IGNORED_BODY_BYTES
  const late = setTimeout(() => response.destroy(), idleMs)
  response.on("close", () => clearTimeout(late))
  response.on("error", () => undefined)
  response.on("data", (part: Uint8Array) => {
    left -= part.length
    if (left < 0) response.destroy()
  })
}

/** The body as it was before it was encoded for the way. */
async function decode(bytes: Uint8Array, encoding: string | undefined, maxBytes: number): Promise<Uint8Array> {
  if (encoding === undefined || encoding === "identity") {
    if (bytes.length <= maxBytes) return bytes
    throw new Ended({ kind: "refused", what: "the answer is longer than a log's file can be" })
  }
  if (encoding !== "gzip" && encoding !== "x-gzip") {
    throw new Ended({ kind: "refused", what: "the answer has a content encoding that was not asked for" })
  }
  try {
    const plain = await inflate(bytes, { maxOutputLength: maxBytes })
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.length)
  } catch (cause) {
    // A cut or damaged stream and a bomb: neither is what the log has.
    throw new Ended({ kind: "refused", what: "the answer cannot be inflated within its bound", cause })
  }
}

/** Errors of a certificate: OpenSSL's names for them, as Node gives them. */
const UNTRUSTED = /^(?:CERT_|ERR_TLS_CERT|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/

function endingOf(thrown: unknown): Ending {
  if (thrown instanceof Ended) return thrown.ending
  const code = thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" ? thrown.code : ""
  if (UNTRUSTED.test(code)) {
    return { kind: "refused", what: `the server's certificate is not trusted (${code})`, cause: thrown }
  }
  return {
    kind: "broken",
    what: code === "" ? "the connection broke" : `the connection broke (${code})`,
    cause: thrown,
  }
}

/** Resolves with the head of the answer. */
function headOf(request: ClientRequest, headMs: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const late = (): void =>
      void request.destroy(new Ended({ kind: "broken", what: "the answer did not begin in time" }))
    const timer = setTimeout(late, headMs)
    request.once("response", response => {
      clearTimeout(timer)
      resolve(response)
    })
    // Stays, so that an error after the head is never an unhandled one; the body's reader sees it too.
    request.on("error", error => {
      clearTimeout(timer)
      reject(error)
    })
    request.end()
  })
}

/** Node's agents know proxies since 24.5; an older one would go past the proxy without a word. */
function assertKnowsProxies(): void {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
  if (major > 24 || (major === 24 && minor >= 5)) return
  throw new StellaError("CONFIG_INVALID", "a proxy needs Node 24.5 or newer", { node: process.versions.node })
}

/**
 * A client.
 * @throws StellaError CONFIG_INVALID for a proxy that is no address, or that this Node cannot use
 */
export function nodeHttp(options: NodeHttpOptions = {}): NodeHttp {
  const { userAgent, headMs, idleMs, bodyMs } = { ...DEFAULTS, ...options }
  const { proxy, ca } = options
  if (proxy !== undefined) {
    assertKnowsProxies()
    if (!/^https?:\/\//.test(proxy) || !URL.canParse(proxy)) {
      throw new StellaError("CONFIG_INVALID", "the proxy is no http:// or https:// address")
    }
  }
  // Said outright: the environment of the process chooses no proxy.
  const proxyEnv = proxy === undefined ? {} : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy }
  const plain = new Agent({ keepAlive: true, proxyEnv })
  const trusted = ca === undefined ? {} : { ca: [...getCACertificates("default"), ...ca] }
  const tls = new TlsAgent({ keepAlive: true, proxyEnv, ...trusted })

  async function ask({ url, maxBytes, fresh, signal }: HttpRequest): Promise<HttpAnswer> {
    const headers = {
      "user-agent": userAgent,
      "accept-encoding": "gzip",
      ...(fresh ? { "cache-control": "no-cache", pragma: "no-cache" } : {}),
    }
    const common = { method: "GET", headers, maxHeaderSize: HEAD_BYTES, ...(signal === undefined ? {} : { signal }) }
    const request = url.startsWith("https:")
      ? httpsRequest(url, { ...common, agent: tls })
      : httpRequest(url, { ...common, agent: plain })
    const response = await headOf(request, headMs)
    const { statusCode: status = 0, headers: head } = response
    const answered = { kind: "answered", status, location: head.location, retryAfter: head["retry-after"] } as const
    if (status !== 200) {
      ignoreBody(response, idleMs)
      return { ...answered, body: new Uint8Array() }
    }
    const wire = await readBody(response, wireBytes(maxBytes), idleMs, bodyMs)
    return { ...answered, body: await decode(wire, head["content-encoding"]?.toLowerCase(), maxBytes) }
  }

  return {
    async get(request) {
      try {
        return await ask(request)
      } catch (thrown) {
        return endingOf(thrown)
      }
    },
    close() {
      plain.destroy()
      tls.destroy()
    },
  }
}

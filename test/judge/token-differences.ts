/**
 * In which parts two timestamp responses differ, by the names of the parts that nothing signs. Told by the bytes of the
 * DER, not by our parser of tokens, which could leave out the same things as the check.
 *
 * ```text
 * TimeStampResp { status, ContentInfo { id-signedData, [0] { SignedData {
 *   version, digestAlgorithms, encapContentInfo, [0] certificates?, [1] crls?, signerInfos { SignerInfo {
 *     version, sid, digestAlgorithm, [0] signedAttrs, signatureAlgorithm, signature, [1] unsignedAttrs? } } } } } }
 * ```
 */
import { encodeDer, parseDer, type DerNode } from "../support/mutate/der-tree.ts"

/**
 * `status` says whether the authority granted the token, outside of it (RFC 3161 §2.4.2); `null-parameters` are a second
 * spelling of the digest algorithms (RFC 5754 §2).
 */
export type TokenDifference = "cms-unsigned" | "status" | "null-parameters" | "s-negation"

interface Parts {
  /** What must not change: all that is signed, and every tag and number of members around it. */
  readonly fixed: string
  readonly free: Readonly<Record<Exclude<TokenDifference, "s-negation">, string>>
  readonly signature: Uint8Array
}

const hex = (node: DerNode | undefined): string => (node ? Buffer.from(encodeDer(node)).toString("hex") : "none")

/** An AlgorithmIdentifier without NULL parameters: a verifier takes both forms for one (RFC 5754 §2). */
function withoutNull(node: DerNode | undefined): string {
  const [algorithm, parameters, ...more] = node?.children ?? []
  const isNull = parameters?.tag === 0x05 && parameters.content.length === 0 && more.length === 0
  return isNull ? `${hex(algorithm)} alone` : node?.children?.length === 1 ? `${hex(algorithm)} alone` : hex(node)
}

function partsOf(response: Uint8Array): Parts | undefined {
  const whole = parseDer(response)
  const [status, info] = whole?.children ?? []
  const [type, wrapped] = info?.children ?? []
  const [signedData] = wrapped?.children ?? []
  const [version, digests, content, ...rest] = signedData?.children ?? []
  const signerInfos = rest.at(-1)
  const [signer] = signerInfos?.children ?? []
  if (signer?.children === undefined) return undefined
  const [signerVersion, sid, digest, attributes, algorithm, signature, ...unsignedAttributes] = signer.children
  const containers = [whole, info, wrapped, digests, signerInfos].map(n => `${n?.tag} ${n?.children?.length}`)
  const tags = [status, signedData, digests, signer, signature].map(n => n?.tag)
  const signed = [type, version, content, signerVersion, sid, attributes].map(hex)
  return {
    fixed: [
      ...containers,
      ...tags,
      ...signed,
      withoutNull(digests?.children?.[0]),
      withoutNull(digest),
      withoutNull(algorithm),
    ].join("\n"),
    free: {
      status: hex(status),
      "null-parameters": [digests, digest, algorithm].map(hex).join(),
      "cms-unsigned": `${rest.slice(0, -1).map(hex).join()} ${unsignedAttributes.map(hex).join()}`,
    },
    signature: signature?.content ?? new Uint8Array(),
  }
}

/**
 * @param isNegation - whether two signatures are (r, s) and (r, n - s)
 * @returns the parts that differ; undefined when something that is signed does
 */
export function tokenDifferences(
  a: Uint8Array,
  b: Uint8Array,
  isNegation: (a: Uint8Array, b: Uint8Array) => boolean,
): readonly TokenDifference[] | undefined {
  const [x, y] = [partsOf(a), partsOf(b)]
  if (x === undefined || y === undefined || x.fixed !== y.fixed) return undefined
  const negated = !Buffer.from(x.signature).equals(y.signature)
  if (negated && !isNegation(x.signature, y.signature)) return undefined
  const names = Object.keys(x.free) as (keyof Parts["free"])[]
  const out: TokenDifference[] = names.filter(name => x.free[name] !== y.free[name])
  return negated ? [...out, "s-negation"] : out
}

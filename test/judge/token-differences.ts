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

/** `cms-unsigned` are the certificates, revocation lists and attributes that no signature covers (RFC 5652 §5.1, §5.3). */
export type TokenDifference = "cms-unsigned" | "s-negation"

interface Parts {
  /** What must not change: all that is signed, the identifiers, and every tag and number of members around it. */
  readonly fixed: string
  readonly free: string
  readonly signature: Uint8Array
}

const hex = (node: DerNode | undefined): string => (node ? Buffer.from(encodeDer(node)).toString("hex") : "none")

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
  const exact = [status, type, version, content, signerVersion, sid, attributes].map(hex)
  return {
    fixed: [...containers, ...tags, ...exact, ...[digests, digest, algorithm].map(hex)].join("\n"),
    free: `${rest.slice(0, -1).map(hex).join()} ${unsignedAttributes.map(hex).join()}`,
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
  const out: TokenDifference[] = x.free === y.free ? [] : ["cms-unsigned"]
  return negated ? [...out, "s-negation"] : out
}

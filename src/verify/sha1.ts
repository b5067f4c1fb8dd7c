/**
 * SHA-1 (FIPS 180-4 §6.1), for one purpose: RFC 3161 tokens of old authorities name their signer's certificate by the
 * SHA-1 of its DER (ESSCertID, RFC 2634 §5.4). Which key signed is decided by the signature; this digest only ties the
 * token to one certificate of that key. Nothing else may use it, so it is no part of the Crypto port.
 */
const ROUND = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6] as const

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}

/** The 20 bytes of the digest. */
export function sha1(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64)
  padded.set(message)
  padded[message.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setBigUint64(padded.length - 8, BigInt(message.length) * 8n)
  const state = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0])
  const w = new Int32Array(80)
  for (let block = 0; block < padded.length; block += 64) {
    for (let t = 0; t < 80; t++) {
      w[t] =
        t < 16 ? view.getInt32(block + 4 * t) : rotate(at(w, t - 3) ^ at(w, t - 8) ^ at(w, t - 14) ^ at(w, t - 16), 1)
    }
    let [a, b, c, d, e] = state as unknown as [number, number, number, number, number]
    for (let t = 0; t < 80; t++) {
      const phase = Math.floor(t / 20)
      const f = phase === 0 ? (b & c) | (~b & d) : phase === 2 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d
      const next = (rotate(a, 5) + f + e + (ROUND[phase] as number) + at(w, t)) | 0
      e = d
      d = c
      c = rotate(b, 30)
      b = a
      a = next
    }
    for (const [i, word] of [a, b, c, d, e].entries()) state[i] = at(state, i) + word
  }
  const out = new Uint8Array(20)
  const digest = new DataView(out.buffer)
  state.forEach((word, i) => {
    digest.setInt32(4 * i, word)
  })
  return out
}

function at(words: Int32Array, i: number): number {
  return words[i] as number
}

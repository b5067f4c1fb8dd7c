/**
 * The universals that `src` may touch, one by one. Every JavaScript host of the last years has them: Node, browsers,
 * workers. Growing this file is a design decision; clocks, randomness, disks and networks never appear here.
 */
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>
}
declare class TextDecoder {
  constructor(label: "utf-8", options: { fatal: boolean; ignoreBOM: boolean })
  decode(bytes: Uint8Array): string
}
interface AbortSignal {
  readonly aborted: boolean
  readonly reason: unknown
  throwIfAborted(): void
}

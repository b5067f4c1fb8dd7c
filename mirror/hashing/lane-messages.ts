/**
 * Messages of any length through the four lanes. Each lane works on a message of its own; the lanes go on together until
 * the first of them is at the end of its message, which then takes the next. So lengths may differ as they like, and only
 * at the very end do lanes run empty.
 */
import { HASH_BYTES } from "../../src/tlog/hashing.ts"
import { AT, BLOCK, LANES, type Sha256Lanes } from "./wasm/layout.ts"

/** Messages in the module's memory, at most `MESSAGES.count`. */
export interface LaneMessages {
  count: number
  /** Address of message i. */
  readonly starts: Int32Array
  /** Length of message i in bytes. */
  readonly lengths: Int32Array
}

/** One lane: where its next block is, how many follow there, and how many are in its tail after those. */
interface Lane {
  at: number
  blocks: number
  tail: number
  /** Which message; -1 when there are none left for it. */
  message: number
}

/** Hashes messages: the digest of message i is at `AT.digests + 32 * i` afterwards. */
export function hashMessages(module: Sha256Lanes, messages: LaneMessages): void {
  const lanes: Lane[] = Array.from({ length: LANES }, () => ({ at: 0, blocks: 0, tail: 0, message: -1 }))
  let next = 0
  let busy = 0

  const start = (lane: Lane, number: number): void => {
    if (next >= messages.count) {
      lane.message = -1
      return
    }
    lane.message = next
    const length = messages.lengths[next] as number
    const rest = length % BLOCK
    const whole = length - rest
    const tailAt = AT.tails + number * 2 * BLOCK
    lane.at = messages.starts[next++] as number
    lane.tail = module.tail(tailAt, lane.at + whole, rest, length)
    lane.blocks = whole / BLOCK
    module.begin(4 * number)
    if (lane.blocks === 0) toTail(lane, number)
    busy++
  }

  const [a, b, c, d] = lanes as [Lane, Lane, Lane, Lane]
  for (const [number, lane] of lanes.entries()) start(lane, number)
  while (busy > 0) {
    let blocks = Infinity
    let at = 0
    for (const lane of lanes) {
      if (lane.message < 0 || lane.blocks >= blocks) continue
      blocks = lane.blocks
      at = lane.at
    }
    // An empty lane does the work of another for nothing.
    const from = (lane: Lane): number => (lane.message < 0 ? at : lane.at)
    module.compress(from(a), from(b), from(c), from(d), blocks)
    for (let number = 0; number < LANES; number++) {
      const lane = lanes[number] as Lane
      if (lane.message < 0) continue
      lane.at += blocks * BLOCK
      lane.blocks -= blocks
      if (lane.blocks > 0) continue
      if (lane.tail > 0) {
        toTail(lane, number)
        continue
      }
      module.finish(4 * number, AT.digests + HASH_BYTES * lane.message)
      busy--
      start(lane, number)
    }
  }
}

function toTail(lane: Lane, number: number): void {
  lane.at = AT.tails + number * 2 * BLOCK
  lane.blocks = lane.tail
  lane.tail = 0
}

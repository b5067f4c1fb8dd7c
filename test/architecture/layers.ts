/**
 * The map of the house as data: which room a file belongs to and which rooms that room may import. The rooms are drawn
 * in docs/design; a new folder gets a row here before its first file.
 */

/** A room is a folder; files outside every room (the configuration files in the root) are in the room "". */
export const ROOMS = [
  "src",
  "mirror",
  "appliance",
  "ui/contract",
  "ui/app",
  "ui/shell",
  "kit-scripts",
  "packaging",
  "bench",
  "test",
] as const
export type Room = (typeof ROOMS)[number]

/**
 * Rooms that a room may import beside itself. What is only measured, tested, packed or carried (bench, test, packaging,
 * kit-scripts) is imported by no other room than bench and test.
 */
export const MAY: Readonly<Record<Room, readonly Room[]>> = {
  src: [],
  mirror: ["src"],
  appliance: ["src", "mirror", "ui/contract"],
  "ui/contract": ["src"],
  "ui/app": ["ui/contract"],
  "ui/shell": ["ui/contract"],
  "kit-scripts": ["src", "mirror"],
  packaging: [],
  bench: ["src", "mirror", "appliance", "ui/contract", "ui/app", "ui/shell", "kit-scripts", "packaging", "test"],
  test: ["src", "mirror", "appliance", "ui/contract", "ui/app", "ui/shell", "kit-scripts", "packaging", "bench"],
}

/** Inside `src`: a folder may import the ones before it. The last two are leaves and do not know each other. */
export const SRC_ORDER: readonly (readonly string[])[] = [
  ["kernel"],
  ["formats"],
  ["tlog"],
  ["verify"],
  ["policy"],
  ["judge"],
  ["custody", "gap"],
]

/** Packages that a room may import; a room that is not listed may import any that package.json names. */
export const PACKAGES: Readonly<Partial<Record<Room, readonly string[]>>> = {
  src: [],
  "ui/contract": ["zod"],
  "ui/app": ["react", "react-dom", "zod", "@noble/hashes"],
  "ui/shell": ["electron"],
  mirror: ["@noble/curves", "@noble/hashes", "@noble/post-quantum", "level"],
  appliance: ["level", "yargs", "zod", "@tufjs/models", "fastify", "@fastify/rate-limit", "@fastify/busboy", "jose"],
}

/** Rooms where every file may use Node's own modules; elsewhere only files called `*.node.ts` may. */
export const NODE_ROOMS: readonly (Room | "")[] = ["kit-scripts", "packaging", "bench", "test", ""]
/** Places in other rooms with the same freedom: the command line, and where real clocks and stores are built. */
export const NODE_PLACES: readonly string[] = ["appliance/cli/", "appliance/compose.ts"]

/** Programs that any room may start by path, which is not an import. */
export const PROGRAMS: readonly string[] = ["appliance/cli/stella.mjs"]

/** How long a file may be; cases in tests and measurements are lists and may be longer. */
export const MAX_LINES = { product: 400, test: 600 } as const

/** File names that say nothing. */
export const BANNED_NAMES = /^(utils?|helpers?|misc|common)\.[a-z]+$/

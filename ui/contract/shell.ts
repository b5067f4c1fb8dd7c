/** Schemas of the shell: what the window may ask of the main process, and the launch that the service gives to a shell. */
import * as z from "zod"
import { CHANNELS } from "./shell-names.ts"

/** A name for a file to be saved: the person chooses where, and may choose another name. */
const pdfName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}\.pdf$/, "must be a plain name that ends with .pdf")

/** Every channel with the one argument it takes and what it answers. */
export const SHELL_CALLS = {
  /** Prints the window as it is on paper into a PDF, where the person says. */
  savePdf: {
    channel: CHANNELS.savePdf,
    input: z.strictObject({ v: z.literal(1), name: pdfName }),
    output: z.discriminatedUnion("outcome", [
      z.strictObject({ v: z.literal(1), outcome: z.literal("saved"), bytes: z.int().positive() }),
      z.strictObject({ v: z.literal(1), outcome: z.literal("cancelled") }),
      z.strictObject({ v: z.literal(1), outcome: z.literal("failed"), message: z.string().max(1000) }),
    ]),
  },
} as const satisfies Readonly<Record<keyof typeof CHANNELS, { channel: string; input: z.ZodType; output: z.ZodType }>>

/** What a channel is asked with, and answers. */
export type SavePdf = z.output<typeof SHELL_CALLS.savePdf.input>
export type SavedPdf = z.output<typeof SHELL_CALLS.savePdf.output>

/** A launch: the socket on which a window may ask, and the token that says that it was launched. */
export const launch = z.strictObject({
  v: z.literal(1),
  socket: z.string().min(1).max(107),
  token: z.string().regex(/^STELLA-SECRET-LAUNCH-[A-Za-z0-9_-]{43}$/),
})

export type Launch = z.output<typeof launch>

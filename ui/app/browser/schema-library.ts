/** Tells the schema library, before its first use, that code cannot be made from text here: the content policy refuses it. */
import * as z from "zod"

z.config({ jitless: true })

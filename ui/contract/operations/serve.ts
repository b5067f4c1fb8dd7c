/** Schemas of `serve`. */
import * as z from "zod"
import { failure, summary, type Types } from "../events.ts"
import { field, instant, path } from "../fields.ts"
import { operatorName } from "../session.ts"

const listen = z
  .string()
  .regex(
    /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):(?:0|[1-9][0-9]{0,4})$/,
    "must be HOST:PORT, such as 127.0.0.1:8443",
  )

export const serve = {
  input: z.strictObject({
    socket: field("FILE", "path of the socket; default: service.sock in the site's folder", path.optional()),
    listen: field("HOST:PORT", "answer on TCP, too; port 0 takes a free one", listen.optional()),
    console: field(
      "DIR",
      "the built console, served at /; default: the one that came with the program, if any",
      path.optional(),
    ),
    oneTimeLogin: field(
      "NAME",
      "print a code with which this operator can log in once within ten minutes",
      operatorName.optional(),
    ),
    tlsCertificate: field(
      "FILE",
      "certificate chain (PEM); needed when HOST is not loopback",
      path.optional(),
      "advanced",
    ),
    tlsKey: field("FILE", "private key of the certificate (PEM)", path.optional(), "advanced"),
  }),
  output: z.union([
    z.strictObject({
      v: z.literal(1),
      type: z.literal("result"),
      code: z.null(),
      message: z.null(),
      socket: z.string(),
      /** The address on TCP, when there is one. */
      url: z.string().nullable(),
      /** The code of --one-time-login, and until when it is good. */
      login: z.strictObject({ code: z.string(), expires: instant }).nullable(),
    }),
    summary({ requests: z.int() }),
    failure,
  ]),
}

export type Serve = Types<typeof serve>

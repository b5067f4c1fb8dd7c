/** JSON lines as they arrive. */

/** The values of a body of JSON lines, each as soon as its line is whole. A last line that was cut is an error. */
export async function* jsonLines(
  body: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<unknown, void, undefined> {
  const reader = body.getReader()
  const decoder = new TextDecoder("utf-8", { fatal: true })
  let rest = ""
  try {
    for (;;) {
      const chunk = await reader.read()
      signal?.throwIfAborted()
      rest += chunk.done ? decoder.decode() : decoder.decode(chunk.value, { stream: true })
      const lines = rest.split("\n")
      rest = lines.pop() ?? ""
      for (const line of lines) if (line !== "") yield JSON.parse(line) as unknown
      if (chunk.done) break
    }
    if (rest.trim() !== "") yield JSON.parse(rest) as unknown
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** How the rehearsal looks: commands and their output, with a sentence around them. Colours on a terminal only. */

const WIDTH = 100
const MARGIN = "    "

export interface Printer {
  heading(text: string, lines: readonly string[]): void
  title(number: number, text: string): void
  text(text: string): void
  command(line: string): void
  output(lines: readonly string[]): void
  status(exit: number | null): void
  notes(lines: readonly string[]): void
  surprise(text: string): void
}

/** Digests are shown by their ends, and the evidence of a check as far as there is room. Other lines are broken. */
export function fitted(line: string): string[] {
  const short = line.replaceAll(/\b([0-9a-f]{8})[0-9a-f]{52,116}([0-9a-f]{4})\b/g, "$1…$2")
  if (short.length <= WIDTH) return [short]
  return /^ {2}[✓✗–]/.test(short) ? [`${short.slice(0, WIDTH - 1)}…`] : wrapped(short, WIDTH)
}

/** Breaks a sentence into lines. */
function wrapped(text: string, width: number): string[] {
  const lines = [""]
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? ""
    if (line !== "" && line.length + word.length + 1 > width) lines.push(word)
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`
  }
  return lines
}

/** A printer onto `write`; `colour` says whether its reader is a terminal that shows colours. */
export function printerOn(write: (text: string) => void, colour: boolean): Printer {
  const paint = (code: string) => (text: string) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text)
  const [bold, dim, green, red, yellow] = [paint("1"), paint("2"), paint("32"), paint("31"), paint("33")]
  const line = (text = ""): void => write(`${text}\n`)
  const marked = (text: string): string =>
    text
      .replace(/^PROVEN|^SAME|^intact|^ {2}✓/, green)
      .replace(/^FAILED|^rejected|^ {2}✗|^error\[[A-Z_]+\]/, red)
      .replace(/^UNPROVEN|^ {2}–/, yellow)
  return {
    heading: (text, lines) => {
      line(bold(text))
      for (const each of lines) line(each)
    },
    title: (number, text) => line(`\n${bold(`${String(number).padStart(2)}  ${text}`)}`),
    text: text => {
      for (const each of wrapped(text, WIDTH - MARGIN.length)) line(MARGIN + each)
    },
    command: text => line(`\n${MARGIN}${dim("$")} ${bold(text.replaceAll("\n", `\n${MARGIN}  `))}`),
    output: lines => {
      for (const each of lines.flatMap(fitted)) line(MARGIN + marked(each))
    },
    status: exit => line(MARGIN + dim(`exit ${String(exit)}`)),
    notes: lines => {
      if (lines.length === 0) return
      line()
      for (const each of lines) for (const part of wrapped(each, WIDTH - 8)) line(`${MARGIN}${dim("│")} ${part}`)
    },
    surprise: text => line(red(`${MARGIN}SURPRISE ${text}`)),
  }
}

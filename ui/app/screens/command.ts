/** The command line that does what a screen shows, quoted so that a shell reads it back as it was meant. */

/** One argument, quoted where the shell would read it differently. */
export function quoted(argument: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`
}

/** `stella attest verify …`: flags without a value are left out, `true` ones stand alone. */
export function commandOf(
  verb: string,
  positionals: readonly string[] = [],
  flags: Readonly<Record<string, string | boolean | undefined>> = {},
): string {
  const said = Object.entries(flags).flatMap(([name, value]) => {
    if (value === undefined || value === false || value === "") return []
    const flag = "--" + name.replace(/[A-Z]/g, letter => "-" + letter.toLowerCase())
    return value === true ? [flag] : [flag, quoted(value)]
  })
  return ["stella", verb, ...positionals.map(quoted), ...said, "--store", '"$STELLA_STORE"'].join(" ")
}

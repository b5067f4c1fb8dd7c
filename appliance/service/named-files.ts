/** Which files an input names: its texts, what lies below them, and evidence beside them. Others are nobody's business. */
import { BESIDE } from "../operations/judging/beside.ts"

/** The texts of members of an input. */
export function textsOf(members: readonly unknown[]): readonly string[] {
  return members.flat().filter(value => typeof value === "string" && value !== "") as string[]
}

/**
 * Tells whether a path is one that these texts name.
 * @param whole - the one spelling of a path, with `/` between its parts; undefined for what is none
 */
export function namedBy(
  texts: readonly string[],
  whole: (path: string) => string | undefined,
): (path: string) => boolean {
  const roots = new Set(texts.map(whole).filter(root => root !== undefined))
  return path => {
    const asked = whole(path)
    if (asked === undefined) return false
    const stems = [asked, ...BESIDE.filter(e => asked.endsWith(e)).map(e => asked.slice(0, -e.length))]
    if (stems.some(stem => roots.has(stem))) return true
    for (let at = asked.lastIndexOf("/"); at > 0; at = asked.lastIndexOf("/", at - 1))
      if (roots.has(asked.slice(0, at))) return true
    // The folder above all others: `/` where paths are absolute, the empty one where they are not.
    return roots.has(asked.startsWith("/") ? "/" : "")
  }
}

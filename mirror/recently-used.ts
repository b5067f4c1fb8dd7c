/** Values by name, as many as there is room for: the one not used for longest goes first. */
export class RecentlyUsed<T> {
  readonly #most: number
  // A Map keeps the order in which names came in; a name that is used is put in anew.
  readonly #values = new Map<string, T>()

  /** @param most - how many values are kept */
  constructor(most: number) {
    this.#most = most
  }

  /** How many values are kept now. */
  get count(): number {
    return this.#values.size
  }

  /** The value, which has been used with that; undefined when it is not kept. */
  get(name: string): T | undefined {
    const value = this.#values.get(name)
    if (value === undefined) return undefined
    this.#values.delete(name)
    this.#values.set(name, value)
    return value
  }

  /** Keeps a value, in the place of another one where there is no room. */
  put(name: string, value: T): void {
    this.#values.delete(name)
    this.#values.set(name, value)
    if (this.#values.size <= this.#most) return
    const [oldest] = this.#values.keys()
    if (oldest !== undefined) this.#values.delete(oldest)
  }
}

/** Writing a file that a person has chosen: whole, or not at all. */
import { open, rename, unlink } from "node:fs/promises"

/** Writes beside it first, then takes its place. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.part`
  const file = await open(beside, "wx", 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
    await file.close()
    await rename(beside, path)
  } catch (error) {
    await file.close()
    await unlink(beside)
    throw error
  }
}

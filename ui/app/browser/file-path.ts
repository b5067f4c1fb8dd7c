/** Where in a chosen or dropped folder a file lies. Pickers tell it by the file itself; of dropped folders it is kept here. */

const dropped = new WeakMap<File, string>()

/** The path of a file in its folder, the folder's own name first; its name alone where it was chosen alone. */
export function pathOf(file: File): string {
  return dropped.get(file) ?? (file.webkitRelativePath === "" ? file.name : file.webkitRelativePath)
}

/** The same below a folder of another name: the one on the medium may be called anything. */
export function pathBelow(root: string, file: File): string {
  const below = pathOf(file).split("/").slice(1).join("/")
  return `${root}/${below === "" ? file.name : below}`
}

async function filesOf(entry: FileSystemEntry): Promise<readonly File[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    dropped.set(file, entry.fullPath.replace(/^\//, ""))
    return [file]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const all: File[] = []
  for (;;) {
    // A folder is read in parts, until one is empty.
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (part.length === 0) return all
    for (const below of part) all.push(...(await filesOf(below)))
  }
}

/** Everything that was dropped, down through all folders. Call it while the drop is being handled. */
export async function filesIn(transfer: DataTransfer): Promise<readonly File[]> {
  const entries = [...transfer.items].map(item => item.webkitGetAsEntry()).filter(entry => entry !== null)
  if (!entries.some(({ isDirectory }) => isDirectory)) return [...transfer.files]
  return (await Promise.all(entries.map(filesOf))).flat()
}

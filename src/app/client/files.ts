import type { GivenFile } from './reading.ts'

/** Files of a drop, those in dropped folders too. */
export async function droppedFiles(transfer: DataTransfer): Promise<GivenFile[]> {
  const entries = [...transfer.items].flatMap(item => {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null
    return entry === null ? [] : [entry]
  })
  if (entries.length === 0) return [...transfer.files].map(file => ({ path: file.name, blob: file }))
  const found: GivenFile[] = []
  for (const entry of entries) await gather(entry, '', found)
  return found
}

async function gather(entry: FileSystemEntry, folder: string, found: GivenFile[]): Promise<void> {
  const path = `${folder}${entry.name}`
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    found.push({ path, blob: file })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  // a call gives at most a hundred
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return
    for (const each of some) await gather(each, `${path}/`, found)
  }
}

/** Writes a file of the bundle as ASCII alone, which V8 reads without decoding. */
import { readFile, writeFile } from 'node:fs/promises'

// esbuild leaves other characters alone in regular expressions only, where their escapes mean the same.
export async function toAscii(file: string): Promise<void> {
  const text = await readFile(file, 'utf8')
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  await writeFile(file, text.replace(/[^\0-\x7f]/g, escaped))
}

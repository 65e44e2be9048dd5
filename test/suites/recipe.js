// Writes the fixtures of the recipe in docs/validation.md into a folder, and prints the options of its command.
// usage: node test/suites/recipe.js FOLDER
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2]
const page = readFileSync(new URL('../../docs/validation.md', import.meta.url), 'utf8')
const section = page.slice(page.indexOf('## Generated tests of the official clients'))
const fixture = /```yaml\n# my-fixtures\/(\S+)\n(.*?)```/s.exec(section)
const command = /```bash\nstandin (.*)\n```/.exec(section)
if (!fixture || !command) throw new Error('docs/validation.md has no recipe with a fixture and a command')
mkdirSync(folder)
writeFileSync(join(folder, fixture[1]), fixture[2])
console.log(command[1].replace('my-fixtures', folder))

/** A plugin of esbuild that puts other code in the place of files and packages. */
import { join, relative } from 'node:path'

/** The part of esbuild's interface for plugins that is used here. */
interface PluginBuild {
  onResolve(
    options: { filter: RegExp },
    resolve: (found: {
      path: string
      namespace: string
      resolveDir: string
    }) => { path: string; namespace: string } | undefined
  ): void
  onLoad(
    options: { filter: RegExp; namespace?: string },
    load: (found: { path: string }) => { contents: string; resolveDir: string } | undefined
  ): void
}

/** The code in the place of a file or package that is loaded when one of its exports is first used. @param load the code that loads it */
export const lazyCode = (load: string, exports: readonly string[]): string =>
  `module.exports = require('./src/cli/bundle/lazy-module.ts').lazyModule(${JSON.stringify(exports)}, () => ${load})`

/**
 * Each key is a file below the root, or a package or module of Node; each value is the code in its place. The code in the
 * place of an import is CommonJS, and may import the file or package itself.
 */
export function replaceImports(root: string, files: Record<string, string>, imports: Record<string, string> = {}) {
  const namespace = 'replaced import'
  const load = (contents: string | undefined) => (contents === undefined ? undefined : { contents, resolveDir: root })
  const belowRoot = (path: string) => relative(root, path).replaceAll('\\', '/')
  return {
    name: 'replace imports',
    setup({ onResolve, onLoad }: PluginBuild) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => load(files[belowRoot(path)]))
      onResolve({ filter: /^[^/]/ }, found => {
        const path = found.path.startsWith('.')
          ? `./${belowRoot(join(found.resolveDir, found.path)).replace(/\.js$/, '.ts')}`
          : found.path.replace(/^node:/, '')
        const isOwn = found.namespace === namespace
        return Object.hasOwn(imports, path) && !isOwn ? { path, namespace } : undefined
      })
      onLoad({ filter: /.*/, namespace }, ({ path }) => load(imports[path]))
    }
  }
}

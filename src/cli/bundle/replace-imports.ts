/** A plugin of esbuild that puts other code in the place of files and packages. */
import { relative } from 'node:path'

/** The part of esbuild's interface for plugins that is used here. */
interface PluginBuild {
  onResolve(
    options: { filter: RegExp },
    resolve: (found: { path: string; namespace: string }) => { path: string; namespace: string } | undefined
  ): void
  onLoad(
    options: { filter: RegExp; namespace?: string },
    load: (found: { path: string }) => { contents: string; resolveDir: string } | undefined
  ): void
}

/** Each key is a file below the root, or a package or module of Node; each value is the code in its place. */
export function replaceImports(root: string, files: Record<string, string>, packages: Record<string, string> = {}) {
  const namespace = 'replaced package'
  const load = (contents: string | undefined) => (contents === undefined ? undefined : { contents, resolveDir: root })
  return {
    name: 'replace imports',
    setup({ onResolve, onLoad }: PluginBuild) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => load(files[relative(root, path).replaceAll('\\', '/')]))
      onResolve({ filter: /^[^./]/ }, found => {
        const path = found.path.replace(/^node:/, '')
        // The code in a package's place may import the package itself.
        const isOwn = found.namespace === namespace
        return Object.hasOwn(packages, path) && !isOwn ? { path, namespace } : undefined
      })
      onLoad({ filter: /.*/, namespace }, ({ path }) => load(packages[path]))
    }
  }
}

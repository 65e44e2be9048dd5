/** Stands for `semver` in the bundle. Fastify loads it at once, and needs it only for plugins that name their versions. */

type Semver = { satisfies(...args: unknown[]): boolean }

export const satisfies: Semver['satisfies'] = (...args) => (require('semver') as Semver).satisfies(...args)

/** Exports the functions that build.js runs to make the bundle. */
export { collectLicenses, formatLicenses } from './licenses.js'
export { prepareData } from './prepare-data.js'
export { lazyCode, replaceImports } from './replace-imports.js'
export { scopeNames } from './run-file.js'
export { toAscii } from './to-ascii.js'

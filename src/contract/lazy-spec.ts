/** A spec without its large parts in memory, for a start that does not need them. */
import type { Spec } from './load.js'

export type LargePart = 'document' | 'schemas'
export type SmallSpec = Omit<Spec, LargePart>

/** @param read reads a part when it is first used; it is called once for each */
export function createLazySpec(small: SmallSpec, read: (part: LargePart) => Spec[LargePart]): Spec {
  const parts: Partial<Pick<Spec, LargePart>> = {}
  return {
    ...small,
    get document() {
      parts.document ??= read('document')
      return parts.document
    },
    get schemas() {
      parts.schemas ??= read('schemas')
      return parts.schemas
    }
  }
}

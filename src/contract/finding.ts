/** Defines a defect of a document that does not prevent validation. */

export interface Finding {
  pointer: string
  message: string
  /** How the normalized copy repairs the defect. */
  repair: string
}

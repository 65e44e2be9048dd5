/** The patterns of texts that offer answers, such as "yes or no" or "one of: a, b, c". */

const asks =
  '(?:answer|reply|respond|return|output|say|state|write|print|pick|choose|select|classify|categori[sz]e|label|decide|determine|identify|tell me|rate|tag|assign|is|put|sort)'
const item = `(?:"[^"\\n]{1,40}"|'[^'\\n]{1,40}'|\`[^\`\\n]{1,40}\`|[\\p{L}\\p{N}][\\p{L}\\p{N}_+#-]*(?: [\\p{L}\\p{N}_+#-]+){0,2}?)`
const separated = `${item}(?:(?:, ?| ?[/|] ?)${item}){0,30}(?:,? ?(?:or|/|\\|) ?${item})`
const listed = `${item}(?:(?:, ?| ?[/|;] ?)${item}){1,30}(?:,? (?:or|and) ${item})?`
const bullets = '(?:\\n+ *(?:[-*•]|\\d+[.)]|\\(?[A-Z][.)]) *[^\\n]{1,80}){2,30}'

/** The ways to offer answers. The first group is the list of answers. */
export const optionPatterns: readonly RegExp[] = [
  /\bstrictly with one of these enums:((?:\n *\w{1,60}(?: - [^\n]{0,600})?){1,60})/iu,
  /\b(yes or no|yes\/no|no or yes|true or false|true\/false|y\/n|y or n|pass or fail|agree or disagree)\b/iu,
  new RegExp(`\\b${asks}\\b[^.?!\\n]{0,100}?\\b(?:one of|among|between)\\b[^:.?!\\n]{0,60}?[:(\\[] *(${listed})`, 'iu'),
  new RegExp(
    `\\b${asks}\\b[^.?!\\n]{0,100}?\\b(?:one of|between|from|among)(?: the)? (${listed}|${separated})(?= *[.?!:;)\\n]| *$)`,
    'iu'
  ),
  new RegExp(
    `\\b${asks}\\b[^.?!\\n]{0,80}?(?:\\b(?:as|into|either|with|options|categories|labels|classes)\\b|:)(?: (?:either|only|exactly|one of|just)){0,2}:? [[(]?(${separated})(?: only)?(?= *[.?!:;)\\]\\n]| *$)`,
    'iu'
  ),
  new RegExp(
    `\\b(?:options|categories|labels|classes|choices|answers)\\b[^:.?!\\n]{0,40}: *[[(]?(${listed})(?= *[.?!)\\]\\n]| *$)`,
    'iu'
  ),
  new RegExp(
    `\\b${asks}\\b[^.?!\\n]{0,80}?\\b(?:one of|following|these|options|categories)\\b[^.?!\\n]{0,60}:(${bullets})`,
    'iu'
  )
]

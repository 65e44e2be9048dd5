/** Formats docs/models.md from the table of models and its evidence. */
import { createModels, type Model, type ModelTable } from './model.js'

/** The file `fixtures/models-evidence.yaml`. */
export interface ModelEvidence {
  sources: Record<string, { evidence: string; date: string; source: string }>
  /** The sources of each cell, such as `families.gpt-5.abilities.efforts`. */
  cells: Record<string, string | string[]>
}

/** Formats docs/models.md. */
export function modelsPage(table: ModelTable, { sources, cells }: ModelEvidence): string {
  const models = createModels(table)
  const names = Object.keys(table.models)
  const served = names.filter(name => models.get(name).refusal === null)
  const families = [...new Set(served.map(name => models.get(name).family))]
  const examples = families.map(family => models.get(served.find(name => table.models[name]?.family === family)!))
  const refused = names.filter(name => models.get(name).refusal !== null)
  const refusals = [...new Set(refused.map(name => models.get(name).refusal!))]
  return [
    intro,
    formatTable(
      ['model', 'family', 'answers as', 'shutdown'],
      served.map(name => formatModel(models.get(name), table))
    ),
    '\n## Parameters\n',
    parametersIntro,
    formatTable(
      ['family', 'unknown parameters', 'rejects', 'rejects while it reasons', 'other limits'],
      examples.map(formatParameters)
    ),
    '\n## Reasoning and formats\n',
    'While a model does not reason, it accepts all sampling parameters.\n',
    formatTable(
      ['family', 'efforts', 'verbosity', 'response formats', 'tools while it reasons'],
      examples.map(formatValues)
    ),
    '\n## Lengths\n',
    formatTable(
      ['family', 'context', 'longest prompt', 'longest output', 'smallest output limit', 'pictures', 'sound'],
      examples.map(formatLengths)
    ),
    '\n## Models that do not chat\n',
    formatTable(
      ['error', 'models'],
      refusals.map(refusal => [
        `[\`${refusal}\`](errors.md#${refusal})`,
        refused
          .filter(name => models.get(name).refusal === refusal)
          .map(code)
          .join(', ')
      ])
    ),
    evidenceIntro,
    formatTable(
      ['evidence', 'date', 'source', 'cells'],
      Object.entries(sources).map(([id, { evidence, date, source }]) => [
        evidence,
        date,
        source,
        String(Object.values(cells).filter(ids => [ids].flat().includes(id)).length)
      ])
    ),
    ''
  ].join('\n')
}

const intro = `# Models

<!-- Generated from fixtures/models.yaml by modelsPage() in src/core/model-docs.ts. -->

This page lists the models that Standin knows, and what each family of them supports.

A name that is not listed gets the family of the listed model with whose name it begins, such as
\`gpt-4o-2030-01-01\`. Any other name in OpenAI's form, such as \`gpt-9\`, gets the newest family. All other names are
models of another server: they answer as \`gpt-4o\`, and Standin rejects nothing for them. The log has one line for each
unknown name. \`--unknown-models refuse\` makes unknown names an error, and \`--models FILE\` adds models.

A model is an error from the day of its shutdown on, if \`--as-of\` names this day or a later day. Standin never reads
the clock for it. Models that were seen to be refused are always an error.

\`\`\`bash
standin --as-of 2026-10-24
\`\`\`

## Models of chat
`

const parametersIntro = `The words for unknown parameters:

- *arguments*: [\`unrecognized_arguments\`](errors.md#unrecognized_arguments), which lists all of them
- *parameters*: [\`unknown_parameter\`](errors.md#unknown_parameter), which suggests similar names
- *search*: as *arguments*, and [\`incompatible_arguments\`](errors.md#incompatible_arguments) for what it rejects

Models accept the default value of a parameter that they reject, such as \`temperature: 1\`.
`

const evidenceIntro = `
## Evidence

\`fixtures/models-evidence.yaml\` names the source of each cell of the table that makes an error. The kinds of evidence
are those of [errors](errors.md).
`

const code = (text: string) => `\`${text}\``
const listCodes = (texts: readonly string[]) => texts.map(code).join(', ')

const formatTable = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')

function formatModel({ id, family, snapshot, retired }: Model, table: ModelTable): string[] {
  const { shutdown = '', contextWindow, maxOutput, abilities } = table.models[id]!
  const note = retired ? `${shutdown && `${shutdown}, `}always an error` : shutdown
  const differences = Object.entries({ contextWindow, maxOutput, ...abilities })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${code(name)} ${[value].flat().join(', ')}`)
  return [code(id), [family, ...differences].join('; '), snapshot === id ? '' : code(snapshot), note]
}

function formatParameters({ family, abilities }: Model): string[] {
  const { dialect, refuses, onlyDefault, refusesWhileReasoning, nMax, topLogprobsMax } = abilities
  const limits = [
    `\`n\` ${nMax}`,
    `\`top_logprobs\` ${topLogprobsMax}`,
    ...(abilities.logprobs ? [] : ['no `logprobs` (403)']),
    ...(abilities.flexTier ? [] : ['no `flex`']),
    ...(abilities.metadataWithoutStore ? [] : ['`metadata` needs `store`']),
    ...(abilities.nullEffort ? [] : ['no `reasoning_effort: null`']),
    abilities.cacheRetentions.length
      ? `\`prompt_cache_retention\` ${abilities.cacheRetentions.join(', ')}`
      : 'no `prompt_cache_retention`'
  ]
  return [family, dialect, listCodes(refuses), listCodes([...onlyDefault, ...refusesWhileReasoning]), limits.join('; ')]
}

function formatValues({ family, abilities }: Model): string[] {
  const { efforts, defaultEffort, verbosities, responseFormats, tools, toolsWithEffort } = abilities
  const effortCells = efforts.map(effort => (effort === defaultEffort ? `**${effort}**` : effort))
  const toolsAtDefault = abilities.toolsAtDefaultEffort ? 'without `reasoning_effort`' : 'none'
  const toolNote = !tools || abilities.refuses.includes('tools') ? 'none' : toolsWithEffort ? 'all' : toolsAtDefault
  return [family, effortCells.join(', '), verbosities.join(', '), responseFormats.join(', '), toolNote]
}

function formatLengths({ family, contextWindow, inputLimit, maxOutput, leastOutput, abilities }: Model): string[] {
  const { imageInput, audioInput, audioOutput, needsAudio } = abilities
  const sound = [...(audioInput ? ['reads'] : []), ...(audioOutput ? ['writes'] : []), ...(needsAudio ? ['needs'] : [])]
  return [
    family,
    String(contextWindow),
    inputLimit === null ? '' : String(inputLimit),
    String(maxOutput),
    leastOutput > 1 ? String(leastOutput) : '',
    imageInput ? 'reads' : '',
    sound.join(', ')
  ]
}

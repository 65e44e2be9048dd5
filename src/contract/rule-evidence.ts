/**
 * Lists when the service last kept each rule, by the id of the rule, and where that was seen. `*` stands for any place. A rule that
 * is not in this list has the evidence of its error in `fixtures/errors/`, or is inferred.
 */

const probes = 'kangminlee-maker/local-OAuth-CLI-API-adapter'

export const ruleEvidence: Readonly<Record<string, { seen: string; source: string }>> = {
  'missing/missing_required_parameter': { seen: '2026-08-29', source: probes },
  'parameters/unknown_parameter': { seen: '2026-08-29', source: probes },
  '*/unsupported_parameter': { seen: '2026-08-29', source: probes },
  'messages/unsupported_value': { seen: '2025-09-13', source: 'pydantic/pydantic-ai' },
  'reasoning_effort/unsupported_value': { seen: '2026-08-29', source: probes },
  'verbosity/unsupported_value': { seen: '2025-09-19', source: 'google-deepmind/concordia#164' },
  'values.temperature/unsupported_value': { seen: '2026-09-04', source: 'UKGovernmentBEIS/inspect_ai#5242' },
  'values.top_p/unsupported_value': { seen: '2026-08-29', source: probes },
  'schemas.functions/invalid_function_parameters': { seen: '2025-01', source: 'reports of several users' },
  'schemas.tools/invalid_function_parameters': { seen: '2026-09-27', source: 'can1357/oh-my-pi#209' },
  '*/only_with_tools': { seen: '2025-01', source: 'Upsonic/Upsonic#323' },
  '*/undeclared_function': { seen: '2026-08-29', source: probes },
  '*/max_tokens_too_large': { seen: '2025-07-22', source: 'tailcallhq/forgecode#1185' },
  'n/integer_above_max_value': { seen: '2026-08-29', source: probes },
  'messages.longText/string_above_max_length': { seen: '2026-01', source: 'reports of several users' },
  'messages.mediaParts/invalid_url': { seen: '2025-01', source: 'reports of several users' },
  'tools/empty_array': { seen: '2025-01', source: 'continuedev/continue#3370' },
  'response_format/missing_required_parameter': { seen: '2025-01', source: 'reports of several users' },
  '*/tools_not_supported': {
    seen: '2025-09-08',
    source: 'BoltAI/BoltAI#145; UKGovernmentBEIS/inspect_ai#1290 and danny-avila/LibreChat#9877 (404)'
  },
  'values.presence_penalty/unsupported_value': { seen: '2026-08-05', source: 'embabel/embabel-agent' },
  'values.frequency_penalty/unsupported_value': { seen: '2026-08-05', source: 'embabel/embabel-agent' },
  'values.logprobs/unsupported_value': { seen: '2026-08-29', source: probes },
  'values.top_logprobs/unsupported_value': { seen: '2026-08-29', source: probes },
  '*/missing_message_member': { seen: '2025-01', source: 'CherryHQ/cherry-studio#4274' }
}

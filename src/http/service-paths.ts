/** Lists the paths of the service, so that a request for one that the server does not have gets an explanation. */

/** From the description that OpenAI published on 2026-08-21; `*` is an id, `**` is anything. The last lines are older. */
const servicePaths = `
assistants assistants/* audio/speech audio/transcriptions audio/translations audio/voices audio/voice_consents
audio/voice_consents/* batches batches/* batches/*/cancel chat/completions chat/completions/* chat/completions/*/messages
chatkit/sessions chatkit/sessions/*/cancel chatkit/threads chatkit/threads/* chatkit/threads/*/items completions containers
containers/* containers/*/files containers/*/files/* containers/*/files/*/content content_provenance_checks conversations
conversations/* conversations/*/items conversations/*/items/* embeddings evals evals/* evals/*/runs evals/*/runs/*
evals/*/runs/*/output_items evals/*/runs/*/output_items/* files files/* files/*/content fine_tuning/alpha/graders/run
fine_tuning/alpha/graders/validate fine_tuning/checkpoints/*/permissions fine_tuning/checkpoints/*/permissions/* fine_tuning/jobs
fine_tuning/jobs/* fine_tuning/jobs/*/cancel fine_tuning/jobs/*/checkpoints fine_tuning/jobs/*/events fine_tuning/jobs/*/pause
fine_tuning/jobs/*/resume images/edits images/generations images/variations models models/* moderations organization/**
projects/** realtime realtime/calls realtime/calls/*/accept realtime/calls/*/hangup realtime/calls/*/refer realtime/calls/*/reject
realtime/client_secrets realtime/sessions realtime/transcription_sessions realtime/translations/client_secrets responses
responses/compact responses/input_tokens responses/* responses/*/cancel responses/*/input_items skills skills/* skills/*/content
skills/*/versions skills/*/versions/* skills/*/versions/*/content threads threads/runs threads/* threads/*/messages
threads/*/messages/* threads/*/runs threads/*/runs/* threads/*/runs/*/cancel threads/*/runs/*/steps threads/*/runs/*/steps/*
threads/*/runs/*/submit_tool_outputs uploads uploads/*/cancel uploads/*/complete uploads/*/parts vector_stores vector_stores/*
vector_stores/*/file_batches vector_stores/*/file_batches/* vector_stores/*/file_batches/*/cancel
vector_stores/*/file_batches/*/files vector_stores/*/files vector_stores/*/files/* vector_stores/*/files/*/content
vector_stores/*/search videos videos/characters videos/characters/* videos/edits videos/extensions videos/* videos/*/content
videos/*/remix
answers classifications edits engines engines/* engines/*/completions engines/*/embeddings engines/*/search fine-tunes fine-tunes/*
fine-tunes/*/cancel fine-tunes/*/events search
`

const shapes = servicePaths
  .trim()
  .split(/\s+/)
  .map(path => path.split('/'))

/** Returns the path of the service, with `{id}` in place of ids: `files/{id}` for `files/file-abc`. */
export function findServicePath(path: string): string | undefined {
  const parts = path.split('/')
  const shape = shapes.find(each =>
    each.at(-1) === '**'
      ? parts.length >= each.length && parts[0] === each[0]
      : parts.length === each.length && each.every((part, at) => (part === '*' ? parts[at] !== '' : part === parts[at]))
  )
  return shape?.join('/').replace('**', '{id}').replaceAll('*', '{id}')
}

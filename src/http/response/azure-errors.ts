/** Says which error Azure OpenAI has in place of an error of OpenAI. */
import { ApiError } from '../../core/api-error.js'

const azureErrorNames: ReadonlyMap<string, string> = new Map([
  ['missing_api_key', 'azure_invalid_key'],
  ['models_missing_api_key', 'azure_invalid_key'],
  ['stored_missing_api_key', 'azure_invalid_key'],
  ['invalid_api_key', 'azure_invalid_key'],
  ['model_not_found', 'azure_deployment_not_found'],
  ['no_route', 'azure_resource_not_found']
])

/** Returns the error of Azure. An error whose template or body is its own stays the same. */
export function toAzureError(apiError: ApiError): ApiError {
  const { errorName, params, headers, reason, template, body } = apiError
  const name = template || body !== undefined ? undefined : azureErrorNames.get(errorName)
  return name === undefined ? apiError : new ApiError(name, params, headers, reason)
}

/** Hooks of the components: the feed, data of the server that is read again, and keys. */
import { useCallback, useEffect, useState } from 'preact/hooks'
import type { FeedState, LineFeed } from './line-feed.js'

export function useFeed(feed: LineFeed): FeedState {
  const [state, setState] = useState(feed.state)
  useEffect(() => {
    setState(feed.state)
    return feed.subscribe(() => setState(feed.state))
  }, [feed])
  return state
}

export interface Loaded<T> {
  data?: T
  problem?: string
  reload(): void
}

/** Reads data, and reads it again when `key` changes or every `everyMs` milliseconds. */
export function useLoaded<T>(load: () => Promise<T>, key: string, everyMs?: number): Loaded<T> {
  const [state, setState] = useState<{ key: string; data?: T; problem?: string }>({ key })
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    let isCurrent = true
    load().then(
      data => isCurrent && setState({ key, data }),
      error => isCurrent && setState({ key, problem: (error as Error).message })
    )
    return () => {
      isCurrent = false
    }
  }, [key, turn])
  useEffect(() => {
    if (everyMs === undefined) return
    const timer = setInterval(() => !document.hidden && setTurn(count => count + 1), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  const reload = useCallback(() => setTurn(count => count + 1), [])
  return state.key === key ? { ...state, reload } : { reload }
}

/** The address of the requests that a filter finds. */
export const findAddress = (filter: string): string => `#/find/${encodeURIComponent(filter)}`

/** The part of the address after `#/`, as in `requests/req_1`. */
export function useRoute(): [tab: string, item: string] {
  const read = () => location.hash.replace(/^#\//, '')
  const [route, setRoute] = useState(read)
  useEffect(() => {
    const update = () => setRoute(read())
    addEventListener('hashchange', update)
    return () => removeEventListener('hashchange', update)
  }, [])
  const [tab = '', item = ''] = route.split('/')
  return [tab === '' ? 'requests' : tab, decodeURIComponent(item)]
}

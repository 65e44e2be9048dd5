/**
 * Lists the timing profiles. The figures are plausible, in the range of published measurements of 2025 and 2026; Standin's authors
 * measured none of them.
 */
export const timingProfiles = {
  'gpt-4o': { firstTokenMs: { p50: 450, p95: 1200 }, tokensPerSecond: 90, jitter: 0.3 },
  'gpt-4o-mini': { firstTokenMs: { p50: 350, p95: 900 }, tokensPerSecond: 110, jitter: 0.3 },
  'gpt-4.1': { firstTokenMs: { p50: 500, p95: 1300 }, tokensPerSecond: 85, jitter: 0.3 },
  'gpt-4.1-mini': { firstTokenMs: { p50: 400, p95: 1000 }, tokensPerSecond: 100, jitter: 0.3 },
  'gpt-5': { firstTokenMs: { p50: 700, p95: 2000 }, tokensPerSecond: 80, jitter: 0.3 },
  'gpt-5-mini': { firstTokenMs: { p50: 500, p95: 1500 }, tokensPerSecond: 110, jitter: 0.3 },
  'gpt-3.5-turbo': { firstTokenMs: { p50: 300, p95: 700 }, tokensPerSecond: 120, jitter: 0.2 },
  o3: { firstTokenMs: { p50: 900, p95: 3000 }, tokensPerSecond: 90, jitter: 0.3 },
  'o4-mini': { firstTokenMs: { p50: 700, p95: 2500 }, tokensPerSecond: 130, jitter: 0.3 },
  fast: { firstTokenMs: 50, tokensPerSecond: 500 },
  slow: { firstTokenMs: { p50: 2000, p95: 8000 }, tokensPerSecond: 15, jitter: 0.5 }
} as const

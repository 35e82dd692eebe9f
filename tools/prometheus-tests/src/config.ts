/** The Prometheus that the tests run. */
export function prometheusPath(): string {
  return process.env['PROMETHEUS_PATH'] || 'prometheus';
}

export function promtoolPath(): string {
  return process.env['PROMTOOL_PATH'] || 'promtool';
}

/** What a Prometheus that the tests start may see: enough to be found. */
export function prometheusEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '' };
}

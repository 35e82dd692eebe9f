import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type LocalProcess, startProcess, waitUntilReady } from '@tokenroute/local-servers';
import yaml from 'yaml';
import { prometheusEnvironment, prometheusPath } from './config.js';

export interface Sample {
  metric: Record<string, string>;
  /** Time in seconds, and the value as text. */
  value: [number, string];
}

/** A real Prometheus on a free port, with a folder of its own, that scrapes every second. */
export class PrometheusServer {
  private constructor(
    private readonly server: LocalProcess,
    private readonly url: string,
  ) {}

  /** @param targets URLs of `/metrics` by job */
  static async start(folder: string, targets: Record<string, string>): Promise<PrometheusServer> {
    mkdirSync(folder, { recursive: true });
    const jobs = Object.entries(targets).map(([job, target]) => {
      const { host, pathname } = new URL(target);
      return { job_name: job, metrics_path: pathname, static_configs: [{ targets: [host] }] };
    });
    const config = { global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs: jobs };
    writeFileSync(join(folder, 'prometheus.yaml'), yaml.stringify(config));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const logFile = join(folder, 'prometheus.log');
    const server = await startProcess({
      name: 'prometheus',
      command: prometheusPath(),
      args: [
        `--config.file=${join(folder, 'prometheus.yaml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      mark: folder,
      cwd: folder,
      env: prometheusEnvironment(),
      logFile,
      pidFile: join(folder, 'prometheus.pid'),
      stopSignal: 'SIGTERM',
    });
    await waitUntilReady(server, logFile, async () => {
      const answer = await fetch(`${url}/-/ready`).catch(() => null);
      return answer?.ok === true;
    });
    return new PrometheusServer(server, url);
  }

  /** Evaluates an expression now. @throws Error with Prometheus' own words for one that it cannot read */
  async query(expression: string): Promise<Sample[]> {
    const answer = await fetch(`${this.url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: expression }),
    });
    const { data, error } = (await answer.json()) as { data?: { result: Sample[] }; error?: string };
    if (!data) throw new Error(`${expression}: ${error}`);
    return data.result;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measure, type Run } from './measure.js';
import type { Measurement } from './plan.js';
import type { Rig } from './rig.js';
import { type CpuProfile, type FunctionTime, timeByPackage, topFunctions } from './top-functions.js';

const profiled = ['gateway', 'billing', 'adapter-openai'] as const;
const shownFunctions = 20;
const shownPackages = 12;

export interface ServiceProfile {
  service: string;
  measurement: string;
  /** Opens in the developer tools of a browser, or with speedscope. */
  file: string;
  packages: FunctionTime[];
  functions: FunctionTime[];
}

/** Runs a measurement once more while the services sample themselves. Its figures do not count. */
export async function profileServices(
  rig: Rig,
  measurement: Measurement,
  folder: string,
): Promise<{ run: Run; profiles: ServiceProfile[] }> {
  mkdirSync(folder, { recursive: true });
  const probes = profiled.map((service) => rig.system.probe(service));
  const title = measurement.name.replace(/[^a-z0-9]+/gi, '-');
  const fileOf = (service: string) => join(folder, `${service} ${title}.cpuprofile`);
  const run = await measure(rig, measurement, 'tokenroute', -1, {
    before: () => Promise.all(probes.map((probe) => probe.ask({ kind: 'start-profile' }))),
    after: () =>
      Promise.all(probes.map((probe) => probe.ask({ kind: 'stop-profile', file: fileOf(probe.service) }))),
  });
  const profiles = profiled.map((service): ServiceProfile => {
    const file = fileOf(service);
    const profile = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
    return {
      service,
      measurement: measurement.name,
      file,
      packages: timeByPackage(profile, shownPackages),
      functions: topFunctions(profile, shownFunctions),
    };
  });
  return { run, profiles };
}

interface CallFrame {
  functionName: string;
  url: string;
  lineNumber: number;
}

/** The part of a .cpuprofile that is read here. */
export interface CpuProfile {
  nodes: { id: number; callFrame: CallFrame }[];
  samples: number[];
  timeDeltas: number[];
}

export interface FunctionTime {
  name: string;
  selfMs: number;
  /** Of the time that the process was not idle. */
  share: number;
}

/** Functions by the time spent in themselves, the dearest first: "reduce libs/money/dist/nano-usd.js:12". */
export function topFunctions(profile: CpuProfile, count: number): FunctionTime[] {
  return timeBy(profile, count, ({ functionName, url, lineNumber }) => {
    const name = functionName || '(anonymous)';
    return url === '' ? name : `${name} ${placeOf(url)}:${lineNumber + 1}`;
  });
}

/** The same for whole packages: "undici", "apps/gateway", "node:internal/streams". */
export function timeByPackage(profile: CpuProfile, count: number): FunctionTime[] {
  return timeBy(profile, count, ({ functionName, url }) => {
    // Of native code only the garbage collector has a name that says what it is.
    if (url === '') return functionName.startsWith('(') ? functionName : '(native)';
    const parts = placeOf(url).split('/');
    return parts.slice(0, /^(apps|libs|tools|@.*|node:internal)$/.test(parts[0]!) ? 2 : 1).join('/');
  });
}

function timeBy(
  { nodes, samples, timeDeltas }: CpuProfile,
  count: number,
  nameOf: (frame: CallFrame) => string,
): FunctionTime[] {
  const counted = nodes.filter(({ callFrame }) => !isTheProfilerItself(callFrame));
  const names = new Map(counted.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const selfUs = new Map<string, number>();
  samples.forEach((id, index) => {
    const name = names.get(id);
    if (name !== undefined) selfUs.set(name, (selfUs.get(name) ?? 0) + timeDeltas[index]!);
  });
  selfUs.delete('(idle)');
  const busyUs = [...selfUs.values()].reduce((sum, us) => sum + us, 0);
  return [...selfUs]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([name, us]) => ({ name, selfMs: us / 1_000, share: us / busyUs }));
}

/** The native call by which a session of the inspector starts the profiler: some hundred milliseconds once. */
function isTheProfilerItself({ functionName, url }: CallFrame): boolean {
  return functionName === 'dispatch' && url === '';
}

function placeOf(url: string): string {
  const path = url.replace(/^file:\/\//, '');
  const dependency = path.lastIndexOf('/node_modules/');
  if (dependency >= 0) return path.slice(dependency + '/node_modules/'.length);
  return /\/((?:apps|libs|tools)\/.*)$/.exec(path)?.[1] ?? path;
}

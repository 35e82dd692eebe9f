import { type KubernetesObject, named, overlays, renderOverlay } from './manifests.js';
import { schemaProblems } from './schema-problems.js';

const mistakes: [what: string, kind: string, make: (object: any) => void, problem: string][] = [
  ['an unknown field', 'Deployment', ({ spec }) => (spec.replica = 2), `'"replica"' does not exist`],
  [
    'an unknown field deep inside',
    'Deployment',
    ({ spec }) => (spec.template.spec.containers[0].securityContext.readOnlyRootFileSystem = true),
    `'"readOnlyRootFileSystem"' does not exist`,
  ],
  ['a wrong type', 'Deployment', ({ spec }) => (spec.replicas = 'two'), 'data/spec/replicas must be integer'],
  ['a missing field', 'HorizontalPodAutoscaler', ({ spec }) => delete spec.scaleTargetRef, 'scaleTargetRef'],
  [
    'a field that another object has',
    'NetworkPolicy',
    ({ spec }) => (spec.ingress[0].ports[0].name = 'http'),
    `'"name"' does not exist`,
  ],
];

describe('the schemas of Kubernetes', () => {
  let problems: string[] = [];

  beforeAll(async () => {
    const rendered = await Promise.all(overlays.map(renderOverlay));
    expect(rendered.map((objects) => objects.length > 50)).toEqual(overlays.map(() => true));
    const wrong = mistakes.map(([what, kind, make]) => {
      const object: KubernetesObject = structuredClone(named(rendered[1]!, kind, 'gateway'));
      object.metadata.name = what;
      make(object);
      return object;
    });
    // The compiler reads Kubernetes' types once for all of them.
    problems = schemaProblems([...rendered.flat(), ...wrong]);
  }, 120_000);

  test('take the objects of every overlay, and know all their fields', () => {
    const deliberate = mistakes.map(([what]) => what);
    expect(problems.filter((problem) => !deliberate.some((what) => problem.includes(what)))).toEqual([]);
  });

  test.each(mistakes)('%s is found', (what, kind, _make, problem) => {
    expect(problems).toContainEqual(
      expect.stringMatching(new RegExp(`^${kind} ${what}: .*${problem.replaceAll("'", '.')}`)),
    );
  });
});

import type { Random } from '@tokenroute/chaos';
import { hostileKey, hostileValue } from './hostile-values.js';
import { copyOf, Members, type Place, placesIn } from './json-tree.js';

const roles = ['system', 'tool', 'function', 'assistant', 'developer', 'root', 'USER', '', '__proto__'];
const unknownMembers = [
  'functions',
  'function_call',
  'modalities',
  'prediction',
  'safe_prompt',
  'thinking',
  'extra_body',
  'service_tier',
  'store',
  'web_search_options',
  'usage',
  'audio',
  'stream_options',
  'max_cost',
  'stop',
];

type Change = (random: Random, tree: Members, place: Place) => string;

const changes: [weight: number, change: Change][] = [
  [
    40,
    (random, _tree, place) => {
      place.replace(hostileValue(random));
      return `${place.path} replaced`;
    },
  ],
  [
    10,
    (_random, _tree, place) => {
      place.remove();
      return `${place.path} removed`;
    },
  ],
  [
    12,
    (random, _tree, place) => {
      place.repeat(random.chance(0.5) ? place.value : hostileValue(random));
      return `${place.path} repeated`;
    },
  ],
  [
    12,
    (random, tree) => {
      const key = hostileKey(random);
      tree.entries.splice(random.whole(0, tree.entries.length), 0, [key, hostileValue(random)]);
      return `${key} added`;
    },
  ],
  [
    10,
    (random, tree) => {
      const key = random.pick(unknownMembers);
      tree.entries.push([key, hostileValue(random)]);
      return `${key} added`;
    },
  ],
  [
    8,
    (random, tree, place) => {
      const other = random.pick(placesIn(tree));
      // A copy: put below itself it would have no end.
      place.replace(copyOf(other.value));
      return `${place.path} is ${other.path}`;
    },
  ],
  [
    8,
    (random, tree) => {
      const role = random.pick(placesIn(tree).filter(({ path }) => path.endsWith('.role')));
      role.replace(random.pick(roles));
      return `${role.path} changed`;
    },
  ],
];

const totalWeight = changes.reduce((sum, [weight]) => sum + weight, 0);

/** Changes a tree at one place. @returns what was done, in words */
export function mutate(random: Random, tree: Members): string {
  const places = placesIn(tree);
  const hasRole = places.some(({ path }) => path.endsWith('.role'));
  if (places.length === 0 || !hasRole) return 'nothing left to change';
  let draw = random.next() * totalWeight;
  const [, change] = changes.find(([weight]) => (draw -= weight) < 0) ?? changes[0]!;
  return change(random, tree, random.pick(places));
}

import type { Schemas } from '../../api/client.js';
import { showDate } from '../../figures/show-time.js';
import { Badge } from '../../ui/badge.js';

type Model = Schemas['AdministeredModel'];

export type ModelState = 'on offer' | 'deprecated' | 'retired' | 'without a price';

export function stateOf({ price, retiredAt, deprecatedAt }: Model, now: number): ModelState {
  if (retiredAt && Date.parse(retiredAt) <= now) return 'retired';
  if (!price) return 'without a price';
  return deprecatedAt ? 'deprecated' : 'on offer';
}

const tones = {
  'on offer': 'good',
  deprecated: 'warning',
  retired: 'plain',
  'without a price': 'danger',
} as const;

export function ModelStateBadge({ model }: { model: Model }) {
  const now = Date.now();
  const state = stateOf(model, now);
  const retiresLater = model.retiredAt && Date.parse(model.retiredAt) > now;
  return (
    <span className="inline-flex flex-wrap gap-1">
      <Badge tone={tones[state]}>{state}</Badge>
      {retiresLater && <Badge tone="warning">retires {showDate(model.retiredAt!)}</Badge>}
    </span>
  );
}

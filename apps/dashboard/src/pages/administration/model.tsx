import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Problem } from '../../ui/notice.js';
import { Card } from '../../ui/page.js';
import { Skeleton } from '../../ui/skeleton.js';
import { catalogueQuery } from './catalogue-queries.js';
import { ModelHistory } from './model-history.js';
import { ModelLife } from './model-life.js';
import { ModelStateBadge } from './model-state.js';
import { NewPrice } from './new-price.js';
import { Prices } from './prices.js';

/** One model: whether it is sold, at which prices, and who changed what about it. */
export function Model() {
  const { modelId } = useParams({ from: '/shell/dashboard/administration/models/$modelId' });
  const { data: models, error } = useQuery(catalogueQuery);
  const model = models?.find(({ id }) => id === modelId);
  if (error) return <Problem error={error} />;
  if (!models) return <Skeleton className="h-64" />;
  if (!model) return <Card title="There is no such model">{backToAll}</Card>;
  return (
    <>
      <Card
        title={model.id}
        about={`${model.provider} serves it as ${model.upstreamModel}.`}
        actions={backToAll}
      >
        <ModelStateBadge model={model} />
      </Card>
      <Prices modelId={model.id} />
      <NewPrice key={model.id} modelId={model.id} />
      <ModelLife model={model} models={models} />
      <ModelHistory modelId={model.id} />
    </>
  );
}

const backToAll = (
  <Link to="/dashboard/administration/models" className="underline underline-offset-4">
    All models
  </Link>
);

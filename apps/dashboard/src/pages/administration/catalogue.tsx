import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Schemas } from '../../api/client.js';
import { showUsdPerMillion } from '../../figures/show-usd.js';
import { buttonClass } from '../../ui/button.js';
import { Field } from '../../ui/field.js';
import { Problem } from '../../ui/notice.js';
import { Card } from '../../ui/page.js';
import { SkeletonRows, Table, Td, Th } from '../../ui/table.js';
import { catalogueQuery } from './catalogue-queries.js';
import { ModelStateBadge } from './model-state.js';

const columns = 5;

/** Every model, on offer or not, with its list price. */
export function Catalogue() {
  const { data: models, error } = useQuery(catalogueQuery);
  const [text, setText] = useState('');
  const found = models?.filter(({ id, provider }) => `${id} ${provider}`.includes(text.trim().toLowerCase()));
  return (
    <Card
      title="Models"
      about="List prices in USD for a million tokens."
      actions={
        <Link to="/dashboard/administration/new-model" className={buttonClass('primary')}>
          <Plus size={16} aria-hidden /> New model
        </Link>
      }
      isFlush
    >
      <div className="px-4 pb-4 sm:px-6">
        <Field
          label="Search models"
          className="max-w-md"
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="gpt-4o, claude, …"
        />
      </div>
      <Problem error={error} />
      <Table
        label="Models"
        head={
          <>
            <Th>Model</Th>
            <Th>State</Th>
            <Th className="text-right">Input</Th>
            <Th className="text-right">Output</Th>
            <Th>Served as</Th>
          </>
        }
      >
        {!found && <SkeletonRows columns={columns} rows={8} />}
        {found?.length === 0 && (
          <tr>
            <Td colSpan={columns} className="text-muted">
              No model fits.
            </Td>
          </tr>
        )}
        {found?.map((model) => (
          <ModelRow key={model.id} model={model} />
        ))}
      </Table>
    </Card>
  );
}

function ModelRow({ model }: { model: Schemas['AdministeredModel'] }) {
  return (
    <tr>
      <Td>
        <Link
          to="/dashboard/administration/models/$modelId"
          params={{ modelId: model.id }}
          className="font-mono text-xs font-medium whitespace-nowrap underline underline-offset-4"
        >
          {model.id}
        </Link>
      </Td>
      <Td>
        <ModelStateBadge model={model} />
      </Td>
      <Td className="text-right whitespace-nowrap">
        {model.price && showUsdPerMillion(model.price.rates.inputPicoUsd)}
      </Td>
      <Td className="text-right whitespace-nowrap">
        {model.price && showUsdPerMillion(model.price.rates.outputPicoUsd)}
      </Td>
      <Td className="text-xs whitespace-nowrap text-muted">
        {model.provider} · {model.upstreamModel}
      </Td>
    </tr>
  );
}

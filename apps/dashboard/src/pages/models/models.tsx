import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { modelsQuery } from '../../api/queries.js';
import {
  choicesOf,
  chooseModels,
  type Model,
  type ModelChoice,
  modelOrders,
} from '../../figures/choose-models.js';
import { showCount, showUsdPerMillion } from '../../figures/show-usd.js';
import { showDate } from '../../figures/show-time.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Field, Select } from '../../ui/field.js';
import { Problem } from '../../ui/notice.js';
import { Card, Empty, Page } from '../../ui/page.js';
import { SkeletonRows, Table, Td, Th } from '../../ui/table.js';

const columns = 7;

export function Models() {
  const { organisationId } = useOrganisation();
  const choice = useSearch({ from: '/shell/dashboard/models' });
  const { data: models, error } = useQuery(modelsQuery(organisationId));
  const chosen = models && chooseModels(models, choice);
  return (
    <Page
      title="Models"
      about="What your account pays, in USD for a million tokens. To switch, change the model's id in your request."
    >
      <Problem error={error} />
      <Choice models={models ?? []} choice={choice} />
      <Card isFlush>
        {chosen?.length === 0 ? (
          <NothingFits />
        ) : (
          <Table label="Models and their prices" head={<Head />}>
            {chosen ? (
              chosen.map((model) => <ModelRow key={model.id} model={model} />)
            ) : (
              <SkeletonRows columns={columns} rows={8} />
            )}
          </Table>
        )}
      </Card>
    </Page>
  );
}

function Choice({ models, choice }: { models: Model[]; choice: ModelChoice }) {
  const navigate = useNavigate();
  const choose = (change: ModelChoice) =>
    void navigate({ to: '/dashboard/models', search: { ...choice, ...change }, replace: true });
  return (
    <search className="grid grid-cols-2 gap-3 lg:grid-cols-[2fr_1fr_1fr_1fr]">
      <Field
        label="Search"
        className="col-span-2 lg:col-span-1"
        value={choice.text ?? ''}
        onChange={(event) => choose({ text: event.target.value || undefined })}
        placeholder="gpt-4o, claude, …"
      />
      <ChoiceSelect
        label="Provider"
        value={choice.provider}
        options={choicesOf(models, ({ provider }) => [provider])}
        onChoose={(provider) => choose({ provider })}
      />
      <ChoiceSelect
        label="Can"
        value={choice.capability}
        options={choicesOf(models, ({ capabilities }) => capabilities)}
        onChoose={(capability) => choose({ capability })}
      />
      <Select
        label="Sorted by"
        className="col-span-2 lg:col-span-1"
        value={choice.sort ?? 'name'}
        onChange={(event) => choose({ sort: event.target.value === 'name' ? undefined : event.target.value })}
      >
        {modelOrders.map((order) => (
          <option key={order}>{order}</option>
        ))}
      </Select>
    </search>
  );
}

interface ChoiceSelectProps {
  label: string;
  value: string | undefined;
  options: string[];
  onChoose: (value: string | undefined) => void;
}

function ChoiceSelect({ label, value, options, onChoose }: ChoiceSelectProps) {
  return (
    <Select label={label} value={value ?? ''} onChange={(event) => onChoose(event.target.value || undefined)}>
      <option value="">any</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {option.replaceAll('_', ' ')}
        </option>
      ))}
    </Select>
  );
}

function NothingFits() {
  const navigate = useNavigate();
  return (
    <Empty
      title="No model fits"
      action={
        <Button onClick={() => void navigate({ to: '/dashboard/models', search: {} })}>Show all</Button>
      }
    >
      Search for something shorter, or take a filter away.
    </Empty>
  );
}

function Head() {
  return (
    <>
      <Th>Model</Th>
      <Th className="text-right">Input</Th>
      <Th className="text-right">Cached</Th>
      <Th className="text-right">Cache write</Th>
      <Th className="text-right">Output</Th>
      <Th className="text-right">Context</Th>
      <Th>Can</Th>
    </>
  );
}

function ModelRow({ model }: { model: Model }) {
  const { rates, longContext, peak } = model.price;
  return (
    <tr>
      <Td>
        <span className="flex items-center gap-1">
          <code className="font-mono text-xs font-medium whitespace-nowrap">{model.id}</code>
          <CopyButton text={model.id} label={`Copy ${model.id}`} />
          {model.deprecatedAt && (
            <Badge tone="warning">
              {Date.parse(model.deprecatedAt) < Date.now()
                ? 'deprecated'
                : `ends ${showDate(model.deprecatedAt)}`}
              {model.replacedBy && `, use ${model.replacedBy}`}
            </Badge>
          )}
        </span>
        <span className="block text-xs text-muted">
          {model.provider}
          {longContext && ` · dearer above ${showCount(longContext.aboveTokens)} input tokens`}
          {peak && ` · ${peak.percent} % of it ${peak.hours} UTC`}
        </span>
      </Td>
      <PriceCell picoUsd={rates.inputPicoUsd} />
      <PriceCell picoUsd={rates.cachedInputPicoUsd} />
      <PriceCell picoUsd={rates.cacheWrite5mPicoUsd} />
      <PriceCell picoUsd={rates.outputPicoUsd} />
      <Td className="text-right whitespace-nowrap text-muted">{showCount(model.contextTokens)}</Td>
      <Td className="max-w-48 min-w-40 text-xs text-muted">
        {model.capabilities.map((capability) => capability.replaceAll('_', ' ')).join(' · ')}
      </Td>
    </tr>
  );
}

function PriceCell({ picoUsd }: { picoUsd: string }) {
  return <Td className="text-right whitespace-nowrap">{showUsdPerMillion(picoUsd)}</Td>;
}
